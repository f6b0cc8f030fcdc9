#include "button/commands/export.hpp"

#include "button/commands/fold_all.hpp"
#include "common/printable.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ostream>

namespace buttond {
namespace {

std::string as_json(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

result<void> write_all(store& from, std::ostream& out) {
  fmt::memory_buffer line;
  return from.for_each([&](const stored_link& link) {
    line.clear();
    fmt::format_to(std::back_inserter(line), "{{\"key\":{},\"impressions\":{},\"clicks\":{},\"shares\":{}",
                   as_json(link.key), link.counts.impressions, link.counts.clicks, link.counts.shares);
    if (!link.moved_to.empty())
      fmt::format_to(std::back_inserter(line), ",\"moved_to\":{}", as_json(link.moved_to));
    fmt::format_to(std::back_inserter(line), "}}\n");
    out.write(line.data(), static_cast<std::streamsize>(line.size()));
  });
}

/// A device or a pipe cannot be put in place by renaming.
bool is_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
}

/// A user who may only read cannot fold, and gets what is there.
void tell_what_is_missing(const result<std::int64_t>& waiting, std::ostream& report) {
  if (!waiting) {
    report << fmt::format("the newest counts may be missing, since they cannot be added to the links: {}\n",
                          printable(waiting.error().message()));
  } else if (*waiting > 0) {
    report << fmt::format("the counts of {} batches are missing: they cannot be added to the links yet\n",
                          *waiting);
  }
}

}  // namespace

int run_export(const std::string& file, store& from, std::ostream& out, std::ostream& report) {
  const auto fail = [&](std::string_view what, std::string_view why) {
    report << fmt::format("{}: {}\n", printable(what), printable(why));
    return 1;
  };
  tell_what_is_missing(fold_all(from), report);
  if (file == "-") {
    const auto written = write_all(from, out);
    out.flush();
    if (!written) return fail("the export is not complete", written.error().message());
    if (!out) return fail("standard output cannot be written", std::strerror(errno));
    return 0;
  }

  const auto part = is_file(file) ? file + ".part" : file;
  std::ofstream stream(part, std::ios::binary | std::ios::trunc);
  if (!stream) return fail(part + " cannot be written", std::strerror(errno));
  const auto written = write_all(from, stream);
  stream.close();
  if (!written) return fail("the export is not complete", written.error().message());
  if (!stream) return fail(part + " cannot be written", std::strerror(errno));
  std::error_code error;
  if (part != file) std::filesystem::rename(part, file, error);
  if (error) return fail(part + " cannot be renamed to " + file, error.message());
  return 0;
}

}  // namespace buttond
