#include <openssl/err.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/pki/openssl_internal.h"

namespace muster::pki {

void OrDie(bool succeeded, const char* doing) {
  if (succeeded) return;
  std::fprintf(stderr, "OpenSSL failed at %s\n", doing);
  ERR_print_errors_fp(stderr);
  std::abort();
}

BioPtr ReadFrom(absl::string_view text) {
  BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  OrDie(bio != nullptr, "allocating");
  return bio;
}

std::string Contents(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::Status OpensslError(absl::string_view what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return absl::InvalidArgumentError(reason == nullptr ? std::string(what)
                                                      : absl::StrCat(what, ": ", reason));
}

}  // namespace muster::pki
