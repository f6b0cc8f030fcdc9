#include "button/shares/share_json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

namespace buttond {
namespace {

/// The text of that name; empty for none.
std::string text_of(const boost::json::object& fields, std::string_view name) {
  const auto* value = fields.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string share_as_json(const share_report& report) {
  return boost::json::serialize(
      boost::json::object{{"key", report.key}, {"id", report.id}, {"shares", report.shares}});
}

result<share_report> share_of_json(std::string_view text) {
  error_code error;
  const auto value = boost::json::parse(text, error);
  const auto* fields = error ? nullptr : value.if_object();
  if (!fields) return errc::file_corrupt;
  share_report report{text_of(*fields, "key"), text_of(*fields, "id"), 0, shared_by::reader};
  if (const auto* shares = fields->if_contains("shares"); shares && shares->is_int64())
    report.shares = shares->get_int64();
  if (report.key.empty() || report.id.empty() || report.shares < 1) return errc::file_corrupt;
  return report;
}

}  // namespace buttond
