// The server's own keys on disk: its certificate authority and its server certificate.
#ifndef MUSTER_SERVER_IDENTITY_AUTHORITY_FILES_H_
#define MUSTER_SERVER_IDENTITY_AUTHORITY_FILES_H_

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/pki/pki.h"

namespace muster::identity {

struct AuthorityFilesOptions {
  absl::Duration authority_lifetime = absl::Hours(24 * 3653);  // ten years
  absl::Duration server_lifetime =
      absl::Hours(24 * 397);  // 13 months: one renewal a year at half of it
};

// What the directory holds. A plain value.
struct AuthorityFiles {
  pki::Authority authority;
  std::string server_key_pem;
  std::string server_certificate_pem;
  absl::Time authority_expires_at;
  absl::Time server_expires_at;
  std::filesystem::path
      authority_path;  // the authority's certificate: what clients verify the server with
};

// Loads or creates, with the directory (0700):
//   authority.secret.pem  the authority's key and certificate (0600)
//   authority.pem         its certificate, for clients (0600: copy it to where they read it)
//   server.secret.pem     the server's key and certificate (0600)
// The server's certificate is made anew, with a new key, when half of its life is past, when
// `names` (DNS names and IP addresses) are others, or when it is not this authority's. The
// authority is made only where its file is absent. Several processes may call at once.
// FAILED_PRECONDITION where others may read a secret or write the directory, or the authority has
// expired; INVALID_ARGUMENT for a damaged file or a name that is none; otherwise what the file
// system says. Each names the file and what to do.
absl::StatusOr<AuthorityFiles> LoadOrCreateAuthorityFiles(const std::filesystem::path& directory,
                                                          const std::vector<std::string>& names,
                                                          absl::Time now,
                                                          AuthorityFilesOptions options = {});

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_AUTHORITY_FILES_H_
