#pragma once
// Which page asks, as its browser says. It is not among the fields of every request, since a reader's button
// has no use for it: the few who ask pay for it. No state: any thread. Source: RFC 6454 section 7.

#include "button/http/request.hpp"

namespace buttond::http {

/// Whether `in` is from a page of another origin than its own Host: another host, or another port where both
/// have one. False where no Origin was sent, as for what a person opens and for what a page of ours loads.
/// `in` is as the parser left it, or without a target.
bool has_foreign_origin(const request& in) noexcept;

}  // namespace buttond::http
