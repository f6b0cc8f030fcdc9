#include "button/store/bson_document.hpp"

#include <chrono>
#include <memory>
#include <utility>

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
  void operator()(std::span<const std::string> values) const {
    bson_array array;
    for (const auto& value : values) array.add(value);
    (*this)(&array);
  }
  void operator()(wall_time value) const {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(value.time_since_epoch());
    bson_append_date_time(to, name.data(), length_of(name), since.count());
  }
  void operator()(bson_null) const { bson_append_null(to, name.data(), length_of(name)); }
  void operator()(const bson_document* value) const {
    bson_append_document(to, name.data(), length_of(name), value->get());
  }
  void operator()(const bson_array* value) const {
    bson_append_array(to, name.data(), length_of(name), value->get());
  }
  void operator()(const bson_view* value) const {
    bson_t document;
    if (bson_init_static(&document, value->data(), value->size()))
      bson_append_document(to, name.data(), length_of(name), &document);
  }
};

std::optional<bson_view> document_at(const bson_iter_t& at) noexcept {
  const std::uint8_t* bytes = nullptr;
  std::uint32_t size = 0;
  if (BSON_ITER_HOLDS_DOCUMENT(&at))
    bson_iter_document(&at, &size, &bytes);
  else if (BSON_ITER_HOLDS_ARRAY(&at))
    bson_iter_array(&at, &size, &bytes);
  else
    return std::nullopt;
  return bson_view{bytes, size};
}

}  // namespace

void bson_value::append_to(bson_t* to, std::string_view name) const {
  std::visit(appender{to, name}, value_);
}

bson_document::bson_document(const bson_view& read) {
  bson_t document;
  if (bson_init_static(&document, read.data(), read.size())) bson_concat(out(), &document);
}

std::optional<bson_document> bson_document::from_json(std::string_view json) {
  std::optional<bson_document> document{std::in_place};
  bson_t parsed;
  if (!bson_init_from_json(&parsed, json.data(), static_cast<ssize_t>(json.size()), nullptr))
    return std::nullopt;
  bson_concat(document->out(), &parsed);
  bson_destroy(&parsed);
  return document;
}

void bson_array::add(const bson_value& value) {
  char buffer[16];
  const char* index = nullptr;
  const auto digits = bson_uint32_to_string(size_++, &index, buffer, sizeof(buffer));
  value.append_to(out(), {index, digits});
}

bool bson_view::find(const char* field, bson_iter_t& at) const noexcept {
  return bson_iter_init_from_data(&at, bytes_, size_) && bson_iter_find(&at, field);
}

bool bson_view::has(const char* field) const noexcept {
  bson_iter_t at;
  return find(field, at);
}

std::int64_t bson_view::number(const char* field) const noexcept {
  bson_iter_t at;
  if (!find(field, at)) return 0;
  if (!BSON_ITER_HOLDS_DOUBLE(&at)) return bson_iter_as_int64(&at);
  constexpr double first_beyond = 0x1p63;
  const double value = bson_iter_double(&at);
  return value >= -first_beyond && value < first_beyond ? static_cast<std::int64_t>(value) : 0;
}

std::string_view bson_view::text(const char* field) const noexcept {
  bson_iter_t at;
  if (!find(field, at) || !BSON_ITER_HOLDS_UTF8(&at)) return {};
  std::uint32_t size = 0;
  const char* text = bson_iter_utf8(&at, &size);
  return {text, size};
}

bool bson_view::flag(const char* field) const noexcept {
  bson_iter_t at;
  return find(field, at) && BSON_ITER_HOLDS_BOOL(&at) && bson_iter_bool(&at);
}

std::optional<wall_time> bson_view::date(const char* field) const noexcept {
  bson_iter_t at;
  if (!find(field, at) || !BSON_ITER_HOLDS_DATE_TIME(&at)) return std::nullopt;
  return wall_time{std::chrono::milliseconds{bson_iter_date_time(&at)}};
}

std::vector<std::string_view> bson_view::texts(const char* field) const {
  std::vector<std::string_view> found;
  bson_iter_t at;
  bson_iter_t item;
  if (!find(field, at) || !BSON_ITER_HOLDS_ARRAY(&at) || !bson_iter_recurse(&at, &item)) return found;
  while (bson_iter_next(&item)) {
    if (!BSON_ITER_HOLDS_UTF8(&item)) continue;
    std::uint32_t size = 0;
    const char* text = bson_iter_utf8(&item, &size);
    found.emplace_back(text, size);
  }
  return found;
}

std::optional<bson_view> bson_view::inner(const char* field) const noexcept {
  bson_iter_t at;
  return find(field, at) ? document_at(at) : std::nullopt;
}

std::string bson_view::json() const {
  bson_t document;
  if (!bson_init_static(&document, bytes_, size_)) return {};
  std::size_t length = 0;
  const std::unique_ptr<char, decltype(&bson_free)> text{bson_as_relaxed_extended_json(&document, &length),
                                                         &bson_free};
  return text ? std::string{text.get(), length} : std::string{};
}

void bson_view::for_each(const std::function<void(std::string_view, bson_view)>& visit) const {
  bson_iter_t at;
  if (!bson_iter_init_from_data(&at, bytes_, size_)) return;
  while (bson_iter_next(&at))
    if (const auto document = document_at(at)) visit({bson_iter_key(&at), bson_iter_key_len(&at)}, *document);
}

}  // namespace buttond
