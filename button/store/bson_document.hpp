#pragma once
// BSON in C++ terms: a document written as one expression, and what is read of one. libbson only; it knows
// nothing of a server. A document and what it is made of belong to one thread.

#include <bson/bson.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace buttond {

class bson_document;

/// The value of a field; strings and documents are copied when the document is made.
using bson_value = std::variant<bool, std::int64_t, std::string_view, std::span<const std::string_view>,
                                const bson_document*>;

/// Made within the expression that makes the document:
///   bson_document{{"_id", key}, {"recent", bson_document{{"$ne", id}}}}
struct bson_field {
  bson_field(std::string_view field, std::int64_t number) : name(field), value(number) {}
  bson_field(std::string_view field, std::string_view text) : name(field), value(text) {}
  bson_field(std::string_view field, std::span<const std::string_view> texts) : name(field), value(texts) {}
  bson_field(std::string_view field, const bson_document& inner) : name(field), value(&inner) {}
  static bson_field flag(std::string_view field, bool value) {
    bson_field made(field, std::int64_t{});
    made.value = value;
    return made;
  }

  std::string_view name;
  bson_value value;
};

class bson_document {
 public:
  bson_document() noexcept { bson_init(&bson_); }
  bson_document(std::initializer_list<bson_field> fields);
  bson_document(bson_document&& other) noexcept;
  bson_document& operator=(bson_document&&) = delete;
  ~bson_document() { bson_destroy(&bson_); }

  void add(const bson_field& field);

  const bson_t* get() const noexcept { return &bson_; }

  /// For a function that fills a fresh document.
  bson_t* out() noexcept { return &bson_; }

 private:
  bson_t bson_;
};

/// A document that somebody else holds, for reading.
class bson_view {
 public:
  explicit bson_view(const bson_t* document) noexcept : document_(document) {}

  /// The number in a field, 0 where there is none. Takes every numeric type: other programs write here too.
  std::int64_t number(const char* field) const noexcept;

  /// The text in a field, empty where there is none. Lives as long as the document.
  std::string_view text(const char* field) const noexcept;

 private:
  const bson_t* document_;
};

}  // namespace buttond
