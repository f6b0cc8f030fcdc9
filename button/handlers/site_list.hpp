#pragma once
// The sites whose links count, as --site and --site-file name them; links of all others are seen, not
// counted, and their counts not told. Constant after construction, so that loops look into it without a lock:
// a list that is read again replaces the one before, in each loop (app::reload).

#include <boost/system/result.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class site_list {
 public:
  /// Longer files are refused: one of 20,000 hosts has half a megabyte.
  static constexpr std::size_t most_file_bytes = std::size_t{64} << 20;

  /// Of all sites.
  site_list() = default;

  /// Of `hosts` and those in `file`, one a line, where "#" begins a comment; of all sites where neither names
  /// any. An error is a sentence that says what is wrong, where, and what would do: a host that is none, a
  /// file that cannot be read, or one without a host.
  static boost::system::result<site_list, std::string> read(const std::vector<std::string>& hosts,
                                                            const std::filesystem::path& file);

  /// Whether links of `key`'s site count: it is on the list, or below a domain that is, on every port unless
  /// the list gives one. Constant for each label of the host; allocates nothing.
  bool has_site_of(std::string_view key) const noexcept;

  /// How many hosts it names, each once; 0 where all sites count.
  std::size_t size() const noexcept { return hosts_.size(); }

  /// How many of these hosts `other` does not name.
  std::size_t missing_in(const site_list& other) const;

 private:
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view host) const noexcept {
      return std::hash<std::string_view>()(host);
    }
  };

  bool has_domain_of(std::string_view site) const noexcept;

  boost::unordered_flat_set<std::string, hash, std::equal_to<>> hosts_;  // as the sites of keys
};

/// Why a link of `key`, whose site is not on the list, is not counted.
std::string why_unlisted(std::string_view key);

}  // namespace buttond
