#include "bench/replay/answer_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <optional>

namespace buttond::replay {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using text = boost::beast::string_view;
using maybe_length = boost::optional<std::uint64_t>;

// Keeps the status; the parser itself knows about lengths and Connection.
class status_parser final : public http::basic_parser<false> {
 public:
  status_parser() {
    eager(true);
    body_limit(boost::none);
  }

  std::uint16_t status = 0;

 private:
  void on_request_impl(http::verb, text, text, int, error_code&) override {}
  void on_response_impl(int code, text, int, error_code&) override {
    status = static_cast<std::uint16_t>(code);
  }
  void on_field_impl(http::field, text, text, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const maybe_length&, error_code&) override {}
  std::size_t on_body_impl(text body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text body, error_code&) override { return body.size(); }
  void on_finish_impl(error_code&) override {}
};

}  // namespace

struct answer_parser::impl {
  std::optional<status_parser> parser;
};

answer_parser::answer_parser() : impl_(std::make_unique<impl>()) {
  reset();
}
answer_parser::~answer_parser() = default;

std::size_t answer_parser::put(const char* data, std::size_t size, error_code& error) {
  const std::size_t taken = impl_->parser->put(boost::asio::const_buffer(data, size), error);
  if (error == http::error::need_more) error.clear();
  return taken;
}

bool answer_parser::put_eof() {
  if (!impl_->parser->got_some()) return false;
  error_code error;
  impl_->parser->put_eof(error);
  return !error && impl_->parser->is_done();
}

bool answer_parser::done() const noexcept {
  return impl_->parser->is_done();
}

answer answer_parser::get() const noexcept {
  return {impl_->parser->status, impl_->parser->keep_alive()};
}

void answer_parser::reset() {
  impl_->parser.emplace();
}

}  // namespace buttond::replay
