#include "tests/unit/mongodb_of_tests.hpp"

#include "button/store/bson_document.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <mongoc/mongoc.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace buttond::testing {
namespace {

template <auto Destroy>
struct destroyer {
  template <class T>
  void operator()(T* object) const noexcept {
    Destroy(object);
  }
};

std::string unique_name() {
  static std::atomic<int> last{0};
  return fmt::format("buttond_test_{}_{}", getpid(), ++last);
}

/// `uri` with `name` in the place of its database.
std::string with_database(const std::string& uri, const std::string& name) {
  const auto hosts = uri.find("://") + 3;
  const auto hosts_end = std::min(uri.find_first_of("/?", hosts), uri.size());
  const auto options = std::min(uri.find('?', hosts), uri.size());
  return uri.substr(0, hosts_end) + "/" + name + uri.substr(options);
}

}  // namespace

struct mongodb_database::impl {
  std::unique_ptr<mongoc_uri_t, destroyer<mongoc_uri_destroy>> uri;
  std::unique_ptr<mongoc_client_t, destroyer<mongoc_client_destroy>> client;
  std::unique_ptr<mongoc_database_t, destroyer<mongoc_database_destroy>> database;
  std::unique_ptr<mongoc_client_session_t, destroyer<mongoc_client_session_destroy>> transaction;

  std::string name() const { return mongoc_database_get_name(database.get()); }

  /// As mongodb_database::run(), on the database `on` and with these options.
  boost::json::object run(const std::string& on, const std::string& command, const bson_t* options) const {
    bson_error_t error;
    bson_t parsed;
    if (!bson_init_from_json(&parsed, command.data(), static_cast<ssize_t>(command.size()), &error))
      throw std::runtime_error(fmt::format("{}: {}", command, error.message));
    bson_t reply;
    const bool done =
        mongoc_client_write_command_with_opts(client.get(), on.c_str(), &parsed, options, &reply, &error);
    const std::unique_ptr<char, destroyer<bson_free>> json{bson_as_canonical_extended_json(&reply, nullptr)};
    auto answer = boost::json::parse(json.get()).as_object();
    bson_destroy(&parsed);
    bson_destroy(&reply);
    if (!done) throw std::runtime_error(fmt::format("{}: {}", command, error.message));
    if (const auto* errors = answer.if_contains("writeErrors"))
      throw std::runtime_error(fmt::format("{}: {}", command, boost::json::serialize(*errors)));
    return answer;
  }
};

std::optional<std::string> mongodb_of_tests() {
  const char* uri = std::getenv("BUTTOND_TEST_MONGODB_URI");
  if (uri == nullptr || *uri == '\0') return std::nullopt;
  return uri;
}

bool mongodb_is_there() {
  if (mongodb_of_tests()) return true;
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string_view{ci} == "true") FAIL("BUTTOND_TEST_MONGODB_URI is not set");
  std::cout << "skipped: BUTTOND_TEST_MONGODB_URI is not set (tests/run sets it)\n";
  return false;
}

mongodb_database::mongodb_database() : impl_(std::make_unique<impl>()) {
  mongoc_init();
  const auto name = unique_name();
  uri_ = with_database(mongodb_of_tests().value(), name);
  bson_error_t error;
  impl_->uri.reset(mongoc_uri_new_with_error(uri_.c_str(), &error));
  if (!impl_->uri) throw std::runtime_error(fmt::format("BUTTOND_TEST_MONGODB_URI: {}", error.message));
  impl_->client.reset(mongoc_client_new_from_uri(impl_->uri.get()));
  impl_->database.reset(mongoc_client_get_database(impl_->client.get(), name.c_str()));
}

mongodb_database::~mongodb_database() {
  mongoc_database_drop(impl_->database.get(), nullptr);
}

boost::json::array mongodb_database::documents(const char* collection) const {
  const std::unique_ptr<mongoc_collection_t, destroyer<mongoc_collection_destroy>> source{
      mongoc_database_get_collection(impl_->database.get(), collection)};
  const bson_document all;
  const bson_document sorted{{"sort", bson_document{{"_id", 1}}}};
  const std::unique_ptr<mongoc_cursor_t, destroyer<mongoc_cursor_destroy>> cursor{
      mongoc_collection_find_with_opts(source.get(), all.get(), sorted.get(), nullptr)};
  boost::json::array found;
  for (const bson_t* document = nullptr; mongoc_cursor_next(cursor.get(), &document);) {
    const std::unique_ptr<char, destroyer<bson_free>> json{
        bson_as_canonical_extended_json(document, nullptr)};
    found.push_back(boost::json::parse(json.get()));
  }
  return found;
}

boost::json::object mongodb_database::run(const std::string& command) const {
  return impl_->run(impl_->name(), command, nullptr);
}

void mongodb_database::on_server(const std::string& command) const {
  impl_->run("admin", command, nullptr);
}

void mongodb_database::begin(const std::string& command) const {
  bson_error_t error;
  impl_->transaction.reset(mongoc_client_start_session(impl_->client.get(), nullptr, &error));
  bson_document options;
  if (!impl_->transaction ||
      !mongoc_client_session_start_transaction(impl_->transaction.get(), nullptr, &error) ||
      !mongoc_client_session_append(impl_->transaction.get(), options.out(), &error))
    throw std::runtime_error(error.message);
  impl_->run(impl_->name(), command, options.get());
}

void mongodb_database::commit() const {
  bson_error_t error;
  bson_document reply;
  if (!mongoc_client_session_commit_transaction(impl_->transaction.get(), reply.fresh(), &error))
    throw std::runtime_error(error.message);
}

void mongodb_database::roll_back() const {
  mongoc_client_session_abort_transaction(impl_->transaction.get(), nullptr);
}

std::string mongodb_database::uri_with(const std::string& option) const {
  return uri_ + (uri_.find('?') == std::string::npos ? "?" : "&") + option;
}

}  // namespace buttond::testing
