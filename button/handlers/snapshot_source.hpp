#pragma once
// How the numbers of all loops are asked for, whoever asks.

#include "button/handlers/metrics/metrics.hpp"

#include <functional>

namespace buttond {

/// Takes a snapshot of everything and hands it to `done`, on any thread. Provided by app.
using snapshot_source = std::function<void(std::function<void(const metrics_snapshot&)> done)>;

}  // namespace buttond
