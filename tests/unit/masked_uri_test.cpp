#include "common/masked_uri.hpp"

#include <catch2/catch.hpp>

using namespace buttond;

TEST_CASE("A password is masked, with whatever it is written", "[masked_uri]") {
  for (const char* uri : {"mongodb://u:secret@h/d", "mongodb://u:s@secret@h/d", "mongodb://u:s/secret@h/d",
                          "mongodb://u:s:secret@h/d", "mongodb://u:s?secret@h/d", "mongodb://u:s#secret@h/d",
                          "mongodb://u:s%40secret@h/d"}) {
    CAPTURE(uri);
    CHECK(masked_uri(uri) == "mongodb://u:***@h/d");
  }
}

TEST_CASE("What holds no secret is told as it is", "[masked_uri]") {
  for (const char* uri :
       {"sqlite:/var/lib/buttond/buttond.db", "mongodb://h/d", "mongodb://u@h/d",
        "mongodb://[::1]:27017,db2,10.0.0.1:27018/d?replicaSet=rs0&authSource=admin&w=majority",
        "mongodb+srv://cluster.example/d?retryWrites=true", "mongodb://%2Ftmp%2Fmongodb-27017.sock/d"}) {
    CAPTURE(uri);
    CHECK(masked_uri(uri) == uri);
  }
}

TEST_CASE("Several hosts, IPv6 and a service name stay behind a masked password", "[masked_uri]") {
  CHECK(masked_uri("mongodb://u:secret@[::1]:27017,b:1/d?replicaSet=r") ==
        "mongodb://u:***@[::1]:27017,b:1/d?replicaSet=r");
  CHECK(masked_uri("mongodb+srv://u:secret@c.example/d") == "mongodb+srv://u:***@c.example/d");
}

TEST_CASE("Options are told by name only where they may hold a secret, known or not", "[masked_uri]") {
  CHECK(masked_uri("mongodb://h/d?authMechanismProperties=AWS_SESSION_TOKEN:secret&tls=true") ==
        "mongodb://h/d?authMechanismProperties=***&tls=true");
  CHECK(masked_uri("mongodb://h/d?tlsCertificateKeyFilePassword=secret") ==
        "mongodb://h/d?tlsCertificateKeyFilePassword=***");
  CHECK(masked_uri("mongodb://h/d?tlsPasswort=se&cret") == "mongodb://h/d?tlsPasswort=***&***");
}

TEST_CASE("Where it cannot be told what is the password, nothing of it is told", "[masked_uri]") {
  for (const char* uri : {"u:secret@h/d", "secret", "mongodb:u:secret@h", "mongodb://u:secret",
                          "mongodb://u:secret/d", "mongodb://u:sec/secret", "mongodb://u/secret@h/d",
                          "mongodb://u:x?y=secret@h", "mongodb://h/d?tlsCertificateKeyFilePassword=secret@x",
                          "mongodb://[secret", "mongodb://a:1,u:secret/d"}) {
    CAPTURE(uri);
    CHECK(masked_uri(uri).find("secret") == std::string::npos);
  }
}
