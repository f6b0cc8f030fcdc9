#include "button/store/mongodb_uri.hpp"

#include "button/store/mongodb_client.hpp"
#include "common/error.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace buttond;
using Catch::Contains;

namespace {

/// Why the store will not have this URI; nothing where it has.
std::string refusal(const std::string& uri) {
  try {
    const mongodb_client client{uri};
    return {};
  } catch (const startup_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("A URI whose password is not percent-encoded is refused, and nothing of it is told",
          "[store][mongodb]") {
  const std::string uri = GENERATE(
      "mongodb://u:qq@ZSECRETZ@host/db", "mongodb://u:ZSECRETZ@@host/db", "mongodb://u@ZSECRETZ:p@host/db",
      "mongodb://u:qq/ZSECRETZ@host/db", "mongodb://u:12/ZSECRETZ@host/db",
      "mongodb://u:12/ZSECRETZ?x=ZSECRETZ@host/db", "mongodb://u:qq?ZSECRETZ@host/db",
      "mongodb://u:qq#ZSECRETZ@host/db", "mongodb://u:qq:ZSECRETZ@host/db", "mongodb://u:qq%ZSECRETZ@host/db",
      "mongodb://u:ZSECRETZ%@host/db", "mongodb://u:qq@ZSECRETZ@[::1]:27017,host/db",
      "mongodb+srv://u:qq@ZSECRETZ@cluster.example.com/db",
      "mongodb://u:a@b@ZSECRETZ@h1,h2:1/db?replicaSet=r");
  CAPTURE(uri);
  const auto why = refusal(uri);
  CHECK_THAT(why, Contains("percent-encode user name and password") && Contains("%40"));
  CHECK_THAT(why, !Contains("SECRET"));
}

TEST_CASE("What else is wrong with a URI is told without a password", "[store][mongodb]") {
  const std::string uri = GENERATE(
      "mongodb://u:ZSECRETZ/db", "mongodb://u:ZSECRETZ@/db", "mongodb://u:ZSECRETZ@host:port/db",
      "mongodb://u:ZSECRETZ@host,/db", "mongodb://u:ZSECRETZ@host:/db", "mongodb://u:ZSECRETZ@[::1/db",
      "mongodb://u:ZSECRETZ@host/db?ZSECRETZ", "mongodb://u:ZSECRETZ@host/db?readPreference=ZSECRETZ",
      "mongodb://u:ZSECRETZ@host/", "mongodb://u:ZSECRETZ@host/db?directConnection=true&replicaSet=",
      "mongodb://u:ZSECRETZ@h1,h2/db?directConnection=true", "mongodb+srv://u:ZSECRETZ@host/db",
      "mongodb+srv://u:ZSECRETZ@c.example.com:1/db",
      "mongodb://host/db?tlsCertificateKeyFilePassword=ZSECRETZ&sslClientCertificateKeyPassword=qq");
  CAPTURE(uri);
  const auto why = refusal(uri);
  CHECK_THAT(why, Contains("--store"));
  CHECK_THAT(why, !Contains("SECRET"));
}

TEST_CASE("URIs that are well formed are taken, and named without user and password", "[store][mongodb]") {
  const auto [uri, name] = GENERATE(table<std::string, std::string>({
      {"mongodb://host/db", "mongodb://host:27017/db"},
      {"mongodb://u:s%40c%3Ar%2Fe%3Ft%23%25@host/db", "mongodb://host:27017/db"},
      {"mongodb://u:secret@h1,h2:27018/db?replicaSet=r", "mongodb://h1:27017,h2:27018/db"},
      {"mongodb://u:secret@[::1]:27018/db", "mongodb://[::1]:27018/db"},
      {"mongodb://u:secret@[fe80::1]/db", "mongodb://[fe80::1]:27017/db"},
      {"mongodb://u@host/db", "mongodb://host:27017/db"},
      {"mongodb://u:se!$&'()*+;=cret@host/db", "mongodb://host:27017/db"},
      {"mongodb://%2Ftmp%2Fmongodb.sock/db", "mongodb:///tmp/mongodb.sock/db"},
      {"mongodb://host/db?appName=a@b", "mongodb://host:27017/db"},
      {"mongodb+srv://u:secret@cluster.example.com/db", "mongodb://cluster.example.com/db"},
      {"mongodb://u:p@host/db?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:secret",
       "mongodb://host:27017/db"},
  }));
  CAPTURE(uri);
  CHECK(refusal(uri).empty());
  CHECK(mongodb_client{uri}.name() == name);
}

TEST_CASE("What the driver says of an option is told without its value", "[store][mongodb]") {
  CHECK(without_values(R"(Unsupported URI option "tlss")") == R"(Unsupported URI option "tlss")");
  CHECK(without_values(R"(Unsupported value for "w": "secret")") == R"(Unsupported value for "w")");
  CHECK(without_values(R"(URI option "secret" contains no "=" sign)") == R"(one of its options has no "=")");
  CHECK(without_values(R"(URI option "open)") == "URI option ");
  CHECK(without_values("Unsupported w value [w=secret]") == "Unsupported w value ");
  CHECK(without_values("Invalid host string in URI") == "Invalid host string in URI");
}
