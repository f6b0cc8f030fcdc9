#include "assets/assets.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace buttond;

TEST_CASE("the loader weighs at most 2,048 bytes on the wire", "[assets]") {
  const asset* loader = find_asset("/js/button.js");
  REQUIRE(loader != nullptr);
  CHECK(loader->brotli.body.size() <= 2048);
  CHECK(loader->gzip.body.size() < loader->plain.body.size());
}

TEST_CASE("the loader is served under its hash as well, with the same content", "[assets]") {
  const asset_address& address = address_of("button.js");
  const asset* loader = find_asset(address.path);
  REQUIRE(loader != nullptr);
  CHECK(loader->plain.body == find_asset("/js/button.js")->plain.body);
  CHECK(loader->integrity == address.integrity);
  CHECK(loader->plain.fields.find("immutable") != std::string_view::npos);
  CHECK(find_asset("/js/button.js")->plain.fields.find("immutable") == std::string_view::npos);
}

TEST_CASE("an unknown hash is no asset", "[assets]") {
  CHECK(find_asset("/js/button.0000000000000000.js") == nullptr);
  CHECK(find_asset("") == nullptr);
  CHECK(find_asset("/js/button.js/") == nullptr);
}

TEST_CASE("the codings of an asset are told apart by their ETags", "[assets]") {
  for (const asset& each : assets()) {
    CAPTURE(each.path);
    CHECK(each.plain.etag != each.brotli.etag);
    CHECK(each.plain.etag != each.gzip.etag);
    if (!each.brotli.body.empty()) {
      CHECK(each.brotli.fields.find("Vary: Accept-Encoding\r\n") != std::string_view::npos);
    }
  }
}

TEST_CASE("Accept-Encoding chooses the form", "[assets]") {
  const asset& loader = *find_asset("/js/button.js");
  const auto chosen = [&](std::string_view field) {
    const asset_form* form = &choose_form(loader, field);
    return form == &loader.brotli ? "br" : form == &loader.gzip ? "gzip" : "plain";
  };
  CHECK(chosen("") == std::string("plain"));
  CHECK(chosen("gzip, deflate, br, zstd") == std::string("br"));
  CHECK(chosen("gzip, deflate") == std::string("gzip"));
  CHECK(chosen("GZIP") == std::string("gzip"));
  CHECK(chosen("br;q=0.5, gzip;q=0.8") == std::string("gzip"));
  CHECK(chosen("br;q=0.5,gzip;q=0.500") == std::string("br"));
  CHECK(chosen("br;q=0, gzip;q=0") == std::string("plain"));
  CHECK(chosen("br;q=0, *") == std::string("gzip"));
  CHECK(chosen("*") == std::string("br"));
  CHECK(chosen("*;q=0") == std::string("plain"));
  CHECK(chosen("identity") == std::string("plain"));
  CHECK(chosen("identity;q=1, br;q=0.1") == std::string("plain"));
  CHECK(chosen("deflate, zstd") == std::string("plain"));
  CHECK(chosen("br;q=rubbish, gzip") == std::string("gzip"));
  CHECK(chosen(" , ,br ; q=1") == std::string("br"));
}

TEST_CASE("If-None-Match is a list compared weakly", "[assets]") {
  CHECK(names_etag("\"a\"", "\"a\""));
  CHECK(names_etag("W/\"a\"", "\"a\""));
  CHECK(names_etag("\"b\", W/\"a\" ,\"c\"", "\"a\""));
  CHECK(names_etag("*", "\"a\""));
  CHECK_FALSE(names_etag("\"b\"", "\"a\""));
  CHECK_FALSE(names_etag("a", "\"a\""));
  CHECK_FALSE(names_etag("", "\"a\""));
}

TEST_CASE("the dashboard is of the admin listener alone", "[assets]") {
  const asset* page = find_dashboard_asset("/stats");
  REQUIRE(page != nullptr);
  CHECK(find_asset("/stats") == nullptr);
  for (const asset& each : dashboard_assets()) {
    CAPTURE(each.path);
    CHECK(find_asset(each.path) == nullptr);
    CHECK(each.plain.fields.find("Access-Control-") == std::string_view::npos);
    CHECK(each.plain.fields.find("Cross-Origin-Resource-Policy: same-origin\r\n") != std::string_view::npos);
    CHECK(each.plain.fields.find(&each == page ? "no-store" : "immutable") != std::string_view::npos);
  }
}

TEST_CASE("the dashboard names its files relative to itself", "[assets]") {
  const std::string_view page = find_dashboard_asset("/stats")->plain.body;
  for (const asset& each : dashboard_assets()) {
    CAPTURE(each.path);
    CHECK((each.path == "/stats" ||
           page.find('"' + std::string(each.path.substr(1)) + '"') != std::string_view::npos));
    CHECK(page.find('"' + std::string(each.path)) == std::string_view::npos);
  }
}

TEST_CASE("Chart.js goes along with its licence, and the dashboard's own script is small", "[assets]") {
  for (const asset& each : dashboard_assets()) {
    if (each.path.starts_with("/dashboard/chart.")) {
      CHECK(each.plain.body.find("Chart.js Contributors") != std::string_view::npos);
      CHECK(each.plain.body.find("Permission is hereby granted, free of charge") != std::string_view::npos);
      CHECK(each.plain.body.find("Chart.js v3.9.1") != std::string_view::npos);
    }
    if (each.path.starts_with("/dashboard/screen.") && each.path.ends_with(".js")) {
      CHECK(each.plain.body.size() < 15 * 1024);
      CHECK(each.brotli.body.size() < 6'800);
    }
  }
}
