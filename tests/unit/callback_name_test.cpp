#include "button/handlers/callback_name.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace buttond;

TEST_CASE("A callback is a function of the page's own", "[handlers]") {
  for (const auto* name :
       {"jQuery17208_1359", "_jqjsp", "angular.callbacks._0", "$", "a.b.c", "Buffer.Shares.cb1", "documents",
        "my.window", "dojo_request_script_callbacks.dojo0"})
    CHECK(is_callback_name(name));
  CHECK(is_callback_name(std::string(max_callback, 'x')));
}

TEST_CASE("What is no name, or the browser's own, is no callback", "[handlers]") {
  for (const auto* name : {"",
                           ".",
                           "a.",
                           ".a",
                           "a..b",
                           "1a",
                           "a.1",
                           "a-b",
                           "a b",
                           "a[0]",
                           "a(b)",
                           "a;b",
                           "\xC3\xA9",
                           "document",
                           "window.open",
                           "self.close",
                           "top.location.assign",
                           "alert",
                           "eval",
                           "Function",
                           "Object.constructor",
                           "document.forms.f.submit",
                           "f.submit",
                           "f.elements.b.click",
                           "a.constructor.constructor",
                           "a.__proto__"})
    CHECK_FALSE(is_callback_name(name));
  CHECK_FALSE(is_callback_name(std::string(max_callback + 1, 'x')));
}
