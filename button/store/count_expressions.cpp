#include "button/store/count_expressions.hpp"

#include <limits>

namespace buttond {
namespace {

constexpr auto greatest = std::numeric_limits<std::int64_t>::max();

bson_document as_int64(const bson_value& input, const bson_value& otherwise) {
  return {{"$convert",
           bson_document{{"input", input}, {"to", "long"}, {"onError", otherwise}, {"onNull", otherwise}}}};
}

// int64s whose sum does not fit add up to a double.
bson_document clamped(const bson_document& sum) {
  const bson_document beyond{{"$gte", bson_array{"$$sum", greatest}}};
  const bson_document fits{{"$cond", bson_array{beyond, greatest, as_int64("$$sum", 0)}}};
  return {{"$let", bson_document{{"vars", bson_document{{"sum", sum}}}, {"in", fits}}}};
}

}  // namespace

// $convert alone would take text that looks like a number, a date, true.
bson_document count_or_null(std::string_view path) {
  const bson_document number{{"$cond", bson_array{bson_document{{"$isNumber", path}}, path, bson_null{}}}};
  return as_int64(number, bson_null{});
}

bson_document count_plus(std::string_view left, const bson_value& right) {
  const bson_document start{{"$ifNull", bson_array{left, 0}}};
  return clamped({{"$add", bson_array{start, right}}});
}

bson_document has_type(std::string_view path, std::string_view type) {
  return {{"$eq", bson_array{bson_document{{"$type", path}}, type}}};
}

bson_document is_missing(std::string_view path) {
  return has_type(path, "missing");
}

}  // namespace buttond
