#pragma once
// The sites whose links count, as --site, --site-file and --block name them; links of all others are seen,
// not counted, and their counts not told. Constant after construction, so that loops look into it without a
// lock: a list that is read again replaces the one before, in each loop (app::reload).

#include <boost/system/result.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buttond {

class site_list {
 public:
  /// Longer files are refused: one of 20,000 hosts has half a megabyte.
  static constexpr std::size_t most_file_bytes = std::size_t{64} << 20;

  /// Of all sites.
  site_list() = default;

  /// Of `hosts` and those in `file`, one a line, where "#" begins a comment; of all sites where neither names
  /// any; and without those in `blocked`. An error is a sentence that says what is wrong, where, and what
  /// would do: a host that is none, a file that cannot be read, or one without a host.
  static boost::system::result<site_list, std::string> read(const std::vector<std::string>& hosts,
                                                            const std::filesystem::path& file,
                                                            const std::vector<std::string>& blocked = {});

  /// Whether links of `key`'s site count: it is on the list, or below a domain that is, on every port unless
  /// the list gives one, and not blocked in the same way. Constant for each label of the host; allocates
  /// nothing.
  bool has_site_of(std::string_view key) const noexcept {
    return !limited_ || (!blocked_.have_site_of(key) && (hosts_.empty() || hosts_.have_site_of(key)));
  }

  /// Why links of `key`'s site, which it does not have, are not counted.
  std::string why_unlisted(std::string_view key) const;

  /// How many hosts it names, each once, without those that are blocked; 0 where all others count.
  std::size_t size() const noexcept { return hosts_.size(); }

  /// How many hosts are blocked.
  std::size_t blocked() const noexcept { return blocked_.size(); }

  /// How many of these hosts `other` does not name.
  std::size_t missing_in(const site_list& other) const { return hosts_.missing_in(other.hosts_); }

 private:
  /// Hosts, each with all below it.
  class domains {
   public:
    void add(std::string site) { hosts_.insert(std::move(site)); }
    bool empty() const noexcept { return hosts_.empty(); }
    std::size_t size() const noexcept { return hosts_.size(); }
    bool have_site_of(std::string_view key) const noexcept;
    std::size_t missing_in(const domains& other) const;

   private:
    struct hash {
      using is_transparent = void;
      std::size_t operator()(std::string_view host) const noexcept {
        return std::hash<std::string_view>()(host);
      }
    };

    bool have_domain_of(std::string_view site) const noexcept;

    boost::unordered_flat_set<std::string, hash, std::equal_to<>> hosts_;  // as the sites of keys
  };

  static std::string add_named(const std::vector<std::string>& hosts, std::string_view flag, domains& to);
  static std::string add_of_file(const std::filesystem::path& file, domains& to);

  domains hosts_;
  domains blocked_;
  bool limited_ = false;  // one of them names a host
};

}  // namespace buttond
