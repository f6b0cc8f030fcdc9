#include "button/store/bson_document.hpp"

namespace buttond {
namespace {

int length_of(std::string_view text) noexcept {
  return static_cast<int>(text.size());
}

struct appender {
  bson_t* to;
  std::string_view name;

  void operator()(bool value) const { bson_append_bool(to, name.data(), length_of(name), value); }
  void operator()(std::int64_t value) const { bson_append_int64(to, name.data(), length_of(name), value); }
  void operator()(std::string_view value) const {
    bson_append_utf8(to, name.data(), length_of(name), value.data(), length_of(value));
  }
  void operator()(std::span<const std::string_view> values) const {
    bson_t array;
    bson_append_array_begin(to, name.data(), length_of(name), &array);
    char buffer[16];
    const char* index = nullptr;
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      const auto digits = bson_uint32_to_string(i, &index, buffer, sizeof(buffer));
      bson_append_utf8(&array, index, static_cast<int>(digits), values[i].data(), length_of(values[i]));
    }
    bson_append_array_end(to, &array);
  }
  void operator()(const bson_document* value) const {
    bson_append_document(to, name.data(), length_of(name), value->get());
  }
};

}  // namespace

bson_document::bson_document(std::initializer_list<bson_field> fields) : bson_document() {
  for (const auto& field : fields) add(field);
}

bson_document::bson_document(bson_document&& other) noexcept {
  bson_steal(&bson_, &other.bson_);
  bson_init(&other.bson_);
}

void bson_document::add(const bson_field& field) {
  std::visit(appender{&bson_, field.name}, field.value);
}

std::int64_t bson_view::number(const char* field) const noexcept {
  bson_iter_t found;
  return bson_iter_init_find(&found, document_, field) ? bson_iter_as_int64(&found) : 0;
}

std::string_view bson_view::text(const char* field) const noexcept {
  bson_iter_t found;
  if (!bson_iter_init_find(&found, document_, field) || !BSON_ITER_HOLDS_UTF8(&found)) return {};
  std::uint32_t size = 0;
  const char* text = bson_iter_utf8(&found, &size);
  return {text, size};
}

}  // namespace buttond
