#pragma once
// Ranks with a Zipf popularity: rank k (from 0) is drawn with a probability in proportion to 1/(k+1)^s.
// Source: W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from monotone discrete
// distributions", ACM TOMACS 6(3), 1996. Needs no table, so ten million links cost as little as ten.
// Immutable once constructed.

#include <cstdint>
#include <random>

namespace buttond::replay {

class zipf_distribution {
 public:
  /// Ranks 0 to `count` - 1; `count` is at least 1, `exponent` above 0.
  zipf_distribution(std::uint64_t count, double exponent);

  std::uint64_t operator()(std::mt19937_64& random) const;

 private:
  double integral(double x) const;          // H: of the density, up to x
  double inverse_integral(double x) const;  // of H
  double density(double x) const;

  double count_;
  double exponent_;
  double integral_low_;
  double integral_high_;
  double shortcut_;  // a draw nearer to its rank than this needs no second look
};

}  // namespace buttond::replay
