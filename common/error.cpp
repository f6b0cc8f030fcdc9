#include "common/error.hpp"

namespace buttond {
namespace {

class category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "buttond"; }

  std::string message(int code) const override {
    switch (static_cast<errc>(code)) {
      case errc::url_empty:
        return "the URL is empty";
      case errc::url_too_long:
        return "the URL is longer than 2048 bytes";
      case errc::url_scheme:
        return "only http and https URLs can be shared";
      case errc::url_credentials:
        return "a URL with a user name or password cannot be shared";
      case errc::url_no_host:
        return "the URL has no host";
      case errc::url_bad_host:
        return "the host of the URL is not valid";
      case errc::url_private_host:
        return "private and loopback hosts are not counted";
      case errc::store_unavailable:
        return "the store cannot be reached";
      case errc::store_timeout:
        return "the store did not answer in time";
      case errc::store_refused:
        return "the store refused the operation";
      case errc::store_no_primary:
        return "the replica set has no primary";
      case errc::store_login:
        return "the store does not let this user in";
      case errc::store_forbidden:
        return "the store does not let this user do that";
      case errc::store_full:
        return "the store's disk is full";
      case errc::store_read_only:
        return "the store can only be read";
      case errc::store_damaged:
        return "the store's file or its disk is damaged";
      case errc::store_schema:
        return "the store was written by another version of buttond";
      case errc::store_too_old:
        return "the store's server is too old";
      case errc::store_alone:
        return "this MongoDB stands alone and has no transactions; make it a replica set, of one member will "
               "do";
      case errc::file_corrupt:
        return "the file is damaged";
      case errc::file_other_version:
        return "the file was written by another version of buttond";
      case errc::file_other_node:
        return "the file belongs to another node";
      case errc::file_irregular:
        return "this is no regular file";
    }
    return "unknown error";
  }
};

}  // namespace

const boost::system::error_category& error_category() noexcept {
  static const category instance;
  return instance;
}

}  // namespace buttond
