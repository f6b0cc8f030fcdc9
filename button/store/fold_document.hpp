#pragma once
// The one document of the collection `fold`: which fold is decided, what it takes, how far each node has
// come. All that folding has to agree on is agreed by updates of it, each of which asks for the state it was
// decided on. Owned by mongodb_fold and used on the threads that call it; no state of its own but its name.

#include "button/store/fold_choice.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/store.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace buttond {

/// Whoever has the lease and dies holds the others up for so long. No fold is lost.
inline constexpr std::chrono::milliseconds lease_time{30'000};

/// Where the documents that a fold takes are.
enum class fold_source : std::uint8_t { batches, refused };

/// The collection's name.
const char* name_of(fold_source source) noexcept;

struct fold_state {
  std::int64_t n = 0;             // the last fold that was decided
  std::vector<std::string> take;  // what it takes, until it is done
  fold_source source = fold_source::batches;
  fold_marks marks;
  std::vector<std::string> expired;  // nodes that brought nothing for so long that their marks may go
  std::optional<wall_time> retried;  // when what is refused was tried again
  wall_time now;                     // the server's time
};

/// What a new fold is to do.
struct fold_decision {
  std::vector<std::string> take;
  fold_source source = fold_source::batches;
  fold_marks marks;                 // of the nodes whose batches are taken
  std::vector<std::string> forget;  // nodes whose marks go
};

class fold_document {
 public:
  explicit fold_document(mongodb_client& client);

  /// As a majority has it; nothing where there never was a fold.
  result<std::optional<fold_state>> read(std::string& why);

  /// Takes the lease, at once whoever has it. Nothing where another one does. The state is acknowledged by a
  /// majority, and newer than this call.
  result<std::optional<fold_state>> take_lease(fold_turn turn, std::string& why);

  /// Has the lease for another lease_time. Says whether it was still ours.
  result<bool> renew_lease(std::string& why);

  /// Decides the fold after `before`, which must have nothing left to take. Nothing: another one was quicker.
  result<std::optional<fold_state>> decide(const fold_state& before, const fold_decision& decision,
                                           std::string& why);

  /// Says that the fold is done. Nobody's business who said so first.
  result<void> finish(const fold_state& done, std::string& why);

 private:
  result<void> create(std::string& why);
  result<std::optional<fold_state>> read_leased(fold_turn turn, std::string& why);

  mongodb_client& client_;
  const std::string holder_;
};

}  // namespace buttond
