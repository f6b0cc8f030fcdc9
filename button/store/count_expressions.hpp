#pragma once
// Aggregation expressions that hold for whatever stands in a document: another program writes there too, and
// an expression that fails for one document would stop all of them. Made of libbson only; no state.

#include "button/store/bson_document.hpp"

#include <string_view>

namespace buttond {

/// The number at `path` ("$clicks") as an int64, a double cut off; null for whatever is no such number:
/// missing, text, NaN, an array, or too large.
bson_document count_or_null(std::string_view path);

/// `left` + `right`, counts of which the first may be null, as an int64: the greatest one where it does not
/// fit.
bson_document count_plus(std::string_view left, const bson_value& right);

bson_document is_missing(std::string_view path);
bson_document has_type(std::string_view path, std::string_view type);

}  // namespace buttond
