#include "common/environment.h"
#include "common/pki/openssl_internal.h"

namespace muster::pki {

void RequireTls13() {
  // gRPC 1.51 has no minimum version for its credentials, but takes the cipher list of TLS 1.2 from
  // here (its doc/environment_variables.md); OpenSSL keeps the suites of TLS 1.3 apart and they
  // stay as they are. A pre-shared-key cipher is a list that OpenSSL accepts, and that a side
  // without such a key can never agree on.
  OrDie(SetEnvironment("GRPC_SSL_CIPHER_SUITES", "PSK-AES128-GCM-SHA256"),
        "setting GRPC_SSL_CIPHER_SUITES");
}

}  // namespace muster::pki
