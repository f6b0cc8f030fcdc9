#include "bench/replay/zipf.hpp"

#include <algorithm>
#include <cmath>

namespace buttond::replay {

namespace {

// log(1 + x) / x and (exp(x) - 1) / x, both continuous at 0, where the exponent is 1.
double log1p_over(double x) {
  return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1 - x * (0.5 - x * (1.0 / 3));
}

double expm1_over(double x) {
  return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1 + x * 0.5 * (1 + x * (1.0 / 3));
}

double unit_interval(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1p-53;
}

}  // namespace

zipf_distribution::zipf_distribution(std::uint64_t count, double exponent)
    : count_(static_cast<double>(count)),
      exponent_(exponent),
      integral_low_(integral(1.5) - 1),
      integral_high_(integral(count_ + 0.5)),
      shortcut_(2 - inverse_integral(integral(2.5) - density(2))) {}

std::uint64_t zipf_distribution::operator()(std::mt19937_64& random) const {
  while (true) {
    const double u = integral_high_ + unit_interval(random) * (integral_low_ - integral_high_);
    const double x = inverse_integral(u);
    const double rank = std::clamp(std::floor(x + 0.5), 1.0, count_);
    if (rank - x <= shortcut_ || u >= integral(rank + 0.5) - density(rank)) {
      return static_cast<std::uint64_t>(rank) - 1;
    }
  }
}

double zipf_distribution::integral(double x) const {
  const double log_x = std::log(x);
  return expm1_over((1 - exponent_) * log_x) * log_x;
}

double zipf_distribution::inverse_integral(double x) const {
  const double t = std::max(-1.0, x * (1 - exponent_));
  return std::exp(log1p_over(t) * x);
}

double zipf_distribution::density(double x) const {
  return std::exp(-exponent_ * std::log(x));
}

}  // namespace buttond::replay
