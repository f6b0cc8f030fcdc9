#include "bench/replay/workload.hpp"

#include <limits>

namespace buttond::replay {

namespace {

// What Chromium sends with a script's request to another origin.
std::string browser_headers(const options& o) {
  std::string text = " HTTP/1.1\r\nHost: " + o.host +
                     "\r\n"
                     "Connection: " +
                     (o.close ? "close" : "keep-alive") +
                     "\r\n"
                     "sec-ch-ua: \"Chromium\";v=\"126\", \"Not.A/Brand\";v=\"24\"\r\n"
                     "sec-ch-ua-mobile: ?0\r\n"
                     "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                     "Chrome/126.0.0.0 Safari/537.36\r\n"
                     "sec-ch-ua-platform: \"Linux\"\r\n"
                     "Accept: */*\r\n"
                     "Origin: https://blog.example\r\n"
                     "Sec-Fetch-Site: cross-site\r\n"
                     "Sec-Fetch-Mode: cors\r\n"
                     "Sec-Fetch-Dest: empty\r\n"
                     "Accept-Encoding: gzip, deflate, br\r\n"
                     "Accept-Language: en-US,en;q=0.9\r\n";
  for (const std::string& header : o.headers) text += header + "\r\n";
  return text + "\r\n";
}

}  // namespace

workload::workload(const options& o, const links* source)
    : source_(source),
      counts_(source != nullptr && counts_impressions(o.route)),
      open_loop_(o.rate > 0),
      links_per_request_(source != nullptr ? o.links_per_request : 0),
      order_(o.order),
      interval_(o.rate > 0 ? 1e9 / o.rate : 0),
      limit_(o.requests != 0 ? o.requests : std::numeric_limits<std::uint64_t>::max()),
      head_("GET " + o.route),
      tail_(browser_headers(o)),
      random_(o.seed),
      next_in_turn_(o.first) {
  if (source == nullptr) return;
  head_ += o.route.find('?') == std::string::npos ? "?url=" : "&url=";
  if (order_ == popularity::zipf) zipf_.emplace(source->size(), o.exponent);
  if (counts_) books_.resize(source->size());
}

moment workload::next_due() const noexcept {
  if (!open_loop_) return moment::min();
  const auto offset = interval_ * static_cast<double>(totals_.sent);
  return start_ + std::chrono::duration_cast<std::chrono::nanoseconds>(offset);
}

bool workload::take(moment now, std::string& out, flight& request) {
  if (exhausted()) return false;
  request.due = request.sent = now;
  if (open_loop_) {
    request.due = next_due();
    if (request.due > now) return false;
  }
  ++totals_.sent;
  out += head_;
  for (std::size_t i = 0; i < links_per_request_; ++i) {
    request.links[i] = pick();
    if (i != 0) out += "&url=";
    source_->append_encoded(request.links[i], out);
  }
  out += tail_;
  return true;
}

std::uint32_t workload::pick() {
  switch (order_) {
    case popularity::zipf:
      return static_cast<std::uint32_t>((*zipf_)(random_));
    case popularity::uniform:
      return static_cast<std::uint32_t>(random_() % source_->size());
    case popularity::in_turn:
      break;
  }
  return static_cast<std::uint32_t>(next_in_turn_++ % source_->size());
}

void workload::answered(const flight& request, std::uint16_t status, moment now) noexcept {
  ++totals_.answered;
  totals_.latency.record(now - request.due);
  if (status >= 400) ++totals_.refused;
  if (!counts_) return;
  if (status == 200) {
    for (const std::uint32_t link : request.links) ++books_[link].acknowledged;
    totals_.acknowledged_impressions += request.links.size();
  } else if (status >= 500) {
    for (const std::uint32_t link : request.links) ++books_[link].unsure;
    totals_.unsure_impressions += request.links.size();
  }
}

void workload::unanswered(const flight& request) noexcept {
  ++totals_.unanswered;
  if (!counts_) return;
  for (const std::uint32_t link : request.links) ++books_[link].unsure;
  totals_.unsure_impressions += request.links.size();
}

}  // namespace buttond::replay
