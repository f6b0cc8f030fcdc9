// Which batches a fold may take: the rules, without a database.

#include "button/store/fold_choice.hpp"

#include <catch2/catch.hpp>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

waiting_batch waits(std::string node, std::int64_t number) {
  return {.node = std::move(node),
          .number = number,
          .after = {number - 1, number == 1 ? "" : "sum-" + std::to_string(number - 1)},
          .sum = "sum-" + std::to_string(number),
          .at = {},
          .size = 1};
}

waiting_node node_with(const std::string& name, const std::vector<std::int64_t>& numbers) {
  waiting_node node{name, {}};
  for (const auto number : numbers) node.batches.push_back(waits(name, number));
  return node;
}

std::vector<std::string> ids(const std::vector<waiting_batch>& batches) {
  std::vector<std::string> all;
  for (const auto& b : batches) all.push_back(b.id());
  return all;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("Batches that follow their node's mark without a gap are taken", "[fold]") {
  const auto choice = choose_batches(std::vector{node_with("a", {3, 4, 5})}, {{"a", {2, "sum-2"}}});
  CHECK(ids(choice.take) == names{"a|3", "a|4", "a|5"});
  CHECK(marks_after(choice.take) == fold_marks{{"a", {5, "sum-5"}}});
  CHECK(choice.late.empty());
  CHECK(choice.forked.empty());
  CHECK(choice.gaps.empty());
}

TEST_CASE("A batch whose predecessor is not there waits, and so do those after it", "[fold]") {
  const auto choice =
      choose_batches(std::vector{node_with("a", {3, 5, 6}), node_with("b", {2})}, {{"a", {2, "sum-2"}}});
  CHECK(ids(choice.take) == names{"a|3"});
  CHECK(ids(choice.gaps) == names{"a|5", "a|6", "b|2"});
}

TEST_CASE("What came again after it was folded is late", "[fold]") {
  const auto choice = choose_batches(std::vector{node_with("a", {1, 2, 3})}, {{"a", {2, "sum-2"}}});
  CHECK(ids(choice.late) == names{"a|1", "a|2"});
  CHECK(ids(choice.take) == names{"a|3"});
}

TEST_CASE("A batch by the mark's number with another sum is another process's, with what follows it",
          "[fold]") {
  const auto choice = choose_batches(std::vector{node_with("a", {2, 3, 4})}, {{"a", {2, "other"}}});
  CHECK(ids(choice.forked) == names{"a|2", "a|3", "a|4"});
  CHECK(choice.take.empty());
  CHECK(choice.late.empty());
}

TEST_CASE("A batch after another sum than that of the batch before it is another process's", "[fold]") {
  auto node = node_with("a", {3, 4, 5});
  node.batches[1].after.sum = "other";
  const auto choice = choose_batches(std::vector{node}, {{"a", {2, "sum-2"}}});
  CHECK(ids(choice.take) == names{"a|3"});
  CHECK(ids(choice.forked) == names{"a|4", "a|5"});
}

TEST_CASE("A sum that is not known is held against nobody", "[fold]") {
  SECTION("the mark's") {
    const auto choice = choose_batches(std::vector{node_with("a", {2, 3})}, {{"a", {2, ""}}});
    CHECK(ids(choice.late) == names{"a|2"});
    CHECK(ids(choice.take) == names{"a|3"});
  }
  SECTION("that of a batch which could not be read") {
    auto node = node_with("a", {3, 4});
    node.batches[0].unread = true;
    node.batches[0].sum = "of the empty one";
    const auto choice = choose_batches(std::vector{node}, {{"a", {2, "sum-2"}}});
    CHECK(ids(choice.take) == names{"a|3", "a|4"});
  }
  SECTION("the one before") {
    auto node = node_with("a", {3});
    node.batches[0].after.sum.clear();
    CHECK(choose_batches(std::vector{node}, {{"a", {2, "sum-2"}}}).take.size() == 1);
  }
}

TEST_CASE("The mark of a batch that could not be read has no sum", "[fold]") {
  auto node = node_with("a", {3});
  node.batches[0].unread = true;
  const auto choice = choose_batches(std::vector{node}, {{"a", {2, "sum-2"}}});
  CHECK(marks_after(choice.take) == fold_marks{{"a", {3, ""}}});
}

TEST_CASE("The batches at the same place of all nodes come together", "[fold]") {
  const std::vector nodes{node_with("a", {1, 2, 3}), node_with("b", {1}), node_with("c", {1, 2})};
  CHECK(ids(choose_batches(nodes, {}).take) == names{"a|1", "b|1", "c|1", "a|2", "c|2", "a|3"});
}

TEST_CASE("Of these, who has waited longest comes first", "[fold]") {
  std::vector nodes{node_with("a", {1, 2}), node_with("b", {1, 2}), node_with("c", {1})};
  nodes[0].batches[0].at += 2s;
  nodes[1].batches[0].at += 1s;
  CHECK(ids(choose_batches(nodes, {}).take) == names{"c|1", "b|1", "a|1", "b|2", "a|2"});
}

TEST_CASE("A part of what may be taken has the marks of its last batches", "[fold]") {
  const auto choice = choose_batches(std::vector{node_with("a", {1, 2, 3}), node_with("b", {1, 2})}, {});
  CHECK(marks_after(std::span{choice.take}.first(3)) == fold_marks{{"a", {2, "sum-2"}}, {"b", {1, "sum-1"}}});
  CHECK(marks_after({}).empty());
}
