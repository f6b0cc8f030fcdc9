#pragma once
// What a fold adds: the sums of the batches that it takes, for each link, and for each site on each day. It
// knows the documents that it reads and those that it adds to, and no server. Owned by one call; one thread.

#include "button/store/bson_document.hpp"
#include "button/store/store.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

enum class fold_target : std::uint8_t { links, site_days };

/// The collection's name.
const char* name_of(fold_target target) noexcept;

/// What is added to one document.
struct fold_sum {
  std::string id;                            // the document's: a link's key, or "<site>|YYYY-MM-DD"
  std::optional<std::chrono::sys_days> day;  // of a site's
  tally counts;

  std::string_view site() const noexcept;

  /// The document where there is none yet, made by fold `n`.
  bson_document document(std::int64_t n) const;
};

class fold_sums {
 public:
  /// Adds a batch, or an item of `refused`, which counts only for the collection that refused it. What is no
  /// link there is passed over, what is no count is 0. A sum that does not fit stays at the greatest number.
  void add(bson_view batch);

  /// How many documents there are to add to, and the bytes of their ids, about.
  std::size_t documents() const noexcept { return links_.size() + site_days_.size(); }
  std::size_t id_bytes() const noexcept { return id_bytes_; }

  /// In the order of the ids.
  std::vector<fold_sum> sums(fold_target target) const;

 private:
  tally& of_link(std::string_view key);

  using day_and_site = std::pair<std::chrono::sys_days, std::string>;

  std::map<std::string, tally, std::less<>> links_;
  std::map<day_and_site, tally> site_days_;
  std::size_t id_bytes_ = 0;  // of links_: those of sites are no more
};

/// The fields of a batch that add() reads, as a projection.
bson_document fold_sums_projection();

}  // namespace buttond
