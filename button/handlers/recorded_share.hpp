#pragma once
// The answer to a reader who shared: it waits for the store a moment, and then leaves whether the store is up
// or not; what it has not taken by then is kept, and sent later.

#include "button/handlers/site_policy.hpp"
#include "button/http/request_handler.hpp"
#include "button/shares/share_recorder.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace buttond {

class recorded_share final : public http::deferred_answer {
 public:
  /// Records `report` when it is started, then answers what was `prepared` by `policy`.
  recorded_share(share_recorder& recorder, share_report report, http::response prepared,
                 site_policy_ptr policy)
      : recorder_(recorder),
        report_(std::move(report)),
        prepared_(std::move(prepared)),
        policy_(std::move(policy)) {}

  void start(std::function<void()> wake) override {
    share_ = recorder_.record(std::move(report_), std::move(wake));
  }

  std::chrono::milliseconds patience() const noexcept override { return std::chrono::seconds(1); }

  void finish(http::response& out) override {
    share_->secure();
    out.status = prepared_.status;
    out.static_fields = prepared_.static_fields;
    out.fields = prepared_.fields;
    out.body = prepared_.body;
  }

 private:
  share_recorder& recorder_;
  share_report report_;
  std::shared_ptr<reader_share> share_;
  http::response prepared_;
  const site_policy_ptr policy_;
};

}  // namespace buttond
