#pragma once
// What this server is, as programs read it that put its buttons into pages: its version, the loader to
// embed, the places to link to, and the room that a button takes. Made once at the start. Constant from then
// on: any thread.

#include "button/handlers/pages/places.hpp"

#include <span>
#include <string>

namespace buttond {

struct server_description {
  /// `offered`: the places of the share page, of which those are named that have an address; none where the
  /// dialog is another application's.
  explicit server_description(std::span<const place> offered);

  std::string json;
  std::string etag;
  std::string fields;         // with the ETag
  std::string fields_of_304;  // the same without what is about the content
};

}  // namespace buttond
