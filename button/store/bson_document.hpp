#pragma once
// BSON in C++ terms: a document written as one expression, and what is read of one. libbson only; it knows
// nothing of a server. A document and what it is made of belong to one thread.

#include "common/clock.hpp"

#include <bson/bson.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace buttond {

class bson_document;
class bson_array;
class bson_view;

struct bson_null {};

/// What a field or an array holds. Strings, documents and arrays are copied when what holds them is made, so
/// they are written within the expression that makes it:
///   bson_document{{"_id", key}, {"$add", bson_array{"$clicks", 1}}}
class bson_value {
 public:
  template <std::same_as<bool> Flag>
  bson_value(Flag flag) : value_(flag) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) bson_value(Number number)
      : value_(static_cast<std::int64_t>(number)) {}
  bson_value(std::string_view text) : value_(text) {}
  bson_value(const char* text) : value_(std::string_view{text}) {}
  bson_value(const std::string& text) : value_(std::string_view{text}) {}
  bson_value(std::span<const std::string> texts) : value_(texts) {}
  bson_value(const std::vector<std::string>& texts) : value_(std::span<const std::string>{texts}) {}
  /// A date: to the millisecond.
  bson_value(wall_time time) : value_(time) {}
  bson_value(bson_null null) : value_(null) {}
  bson_value(const bson_document& document) : value_(&document) {}
  bson_value(const bson_array& array) : value_(&array) {}
  /// A document that was read.
  bson_value(const bson_view& view) : value_(&view) {}

  void append_to(bson_t* to, std::string_view name) const;

 private:
  std::variant<bool, std::int64_t, std::string_view, std::span<const std::string>, wall_time, bson_null,
               const bson_document*, const bson_array*, const bson_view*>
      value_;
};

struct bson_field {
  bson_field(std::string_view field, bson_value content) : name(field), value(content) {}

  std::string_view name;
  bson_value value;
};

/// A bson_t, and who destroys it.
class bson_owner {
 public:
  bson_owner() noexcept { bson_init(&bson_); }
  bson_owner(bson_owner&& other) noexcept {
    bson_steal(&bson_, &other.bson_);
    bson_init(&other.bson_);
  }
  bson_owner& operator=(bson_owner&&) = delete;
  ~bson_owner() { bson_destroy(&bson_); }

  const bson_t* get() const noexcept { return &bson_; }

  /// For a function that appends to it.
  bson_t* out() noexcept { return &bson_; }

  /// For a function that takes no document but makes one, and frees none: it is empty again.
  bson_t* fresh() noexcept {
    bson_destroy(&bson_);
    bson_init(&bson_);
    return &bson_;
  }

 private:
  bson_t bson_;
};

class bson_document : public bson_owner {
 public:
  bson_document() = default;
  bson_document(std::initializer_list<bson_field> fields) {
    for (const auto& field : fields) add(field);
  }
  /// A copy of what was read.
  explicit bson_document(const bson_view& read);

  /// The document that `json` is, numbers and text as they are; nothing where it is none. MongoDB's extended
  /// JSON is meant by fields whose names begin with '$'.
  static std::optional<bson_document> from_json(std::string_view json);

  void add(const bson_field& field) { field.value.append_to(out(), field.name); }
};

class bson_array : public bson_owner {
 public:
  bson_array() = default;
  bson_array(std::initializer_list<bson_value> values) {
    for (const auto& value : values) add(value);
  }

  void add(const bson_value& value);
  bool empty() const noexcept { return size_ == 0; }

 private:
  std::uint32_t size_ = 0;
};

/// A document or array that somebody else holds, for reading.
class bson_view {
 public:
  explicit bson_view(const bson_t* document) noexcept
      : bytes_(bson_get_data(document)), size_(document->len) {}
  bson_view(const bson_owner& document) noexcept : bson_view(document.get()) {}
  bson_view(const std::uint8_t* bytes, std::size_t size) noexcept : bytes_(bytes), size_(size) {}

  const std::uint8_t* data() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return size_; }

  bool has(const char* field) const noexcept;

  /// The number in a field, 0 where there is none that fits. Takes every numeric type but decimals: other
  /// programs write here too.
  std::int64_t number(const char* field) const noexcept;

  /// The text in a field, empty where there is none. Lives as long as the document.
  std::string_view text(const char* field) const noexcept;

  bool flag(const char* field) const noexcept;
  std::optional<wall_time> date(const char* field) const noexcept;

  /// The texts in an array, in its order; what is no text is left out.
  std::vector<std::string_view> texts(const char* field) const;

  /// The document or array in a field.
  std::optional<bson_view> inner(const char* field) const noexcept;

  /// The whole as JSON; a date or the like is an object (MongoDB's relaxed extended JSON).
  std::string json() const;

  /// Visits what is a document in the fields of this one, with their names.
  void for_each(const std::function<void(std::string_view, bson_view)>& visit) const;

 private:
  bool find(const char* field, bson_iter_t& at) const noexcept;

  const std::uint8_t* bytes_;
  std::size_t size_;
};

}  // namespace buttond
