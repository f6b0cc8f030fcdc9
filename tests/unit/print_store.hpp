#pragma once
// How Catch prints what the stores deal in, so that a failed check says what came back.

#include "button/store/store.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace Catch {

template <class T>
struct StringMaker<boost::system::result<T>> {
  static std::string convert(const boost::system::result<T>& value) {
    return value.has_value() ? "success" : value.error().message();
  }
};

template <>
struct StringMaker<buttond::tally> {
  static std::string convert(const buttond::tally& counts) {
    return fmt::format("{}/{}/{}", counts.impressions, counts.clicks, counts.shares);
  }
};

}  // namespace Catch
