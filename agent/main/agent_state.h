// What an enrolled agent keeps: a folder with its key, its certificate, the server's authority and
// where the server is.
#ifndef MUSTER_AGENT_MAIN_AGENT_STATE_H_
#define MUSTER_AGENT_MAIN_AGENT_STATE_H_

#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/pki/pki.h"
#include "muster/v1/inventory.pb.h"
#include "muster/v1/order.pb.h"

namespace muster::agent {

// Files of the folder: the key (secret_protection.h), certificate.pem, authority.pem, agent.conf,
// enrollment.token, machine.fingerprint, operator.keys, orders.journal, acknowledged/, payloads/.
// Used by one process at a time.
class AgentState {
 public:
  // What agent.conf holds.
  struct Settings {
    std::string server;  // host:port of the gateway
    v1::MachineAttributes
        attributes;  // those that the operator gave: name, domain, site, organizational unit
  };

  explicit AgentState(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // The machine's key; made and stored where there is none yet, and the folder with it.
  absl::StatusOr<pki::PrivateKey> LoadOrMakeKey() const;

  // How the agent enrols when it starts without a certificate: where, whom to trust, and with which
  // token. The token stays: machines made from this one's image enrol with it, each by itself.
  struct Invitation {
    Settings settings;
    std::string authority_pem;
    std::string token;
  };
  absl::Status SaveInvitation(const Invitation& invitation) const;
  // NOT_FOUND where there is none.
  absl::StatusOr<Invitation> LoadInvitation() const;

  absl::Status SaveEnrolment(const Settings& settings, const std::string& authority_pem,
                             const std::string& certificate_pem) const;
  absl::Status SaveCertificate(const std::string& certificate_pem) const;

  struct Enrolment {
    Settings settings;
    std::string key_pem;
    std::string certificate_pem;
    std::string authority_pem;
    Digest machine;
  };
  // FAILED_PRECONDITION where the folder holds no whole enrolment, or settings without a server: it
  // says what to do.
  absl::StatusOr<Enrolment> Load() const;

  // Whether it holds a certificate.
  bool IsEnrolled() const;
  // Whether it holds a key or a certificate.
  bool HasIdentity() const;

  // What tells this installation from its clones, as machine_fingerprint.h writes it; empty where
  // nothing was kept yet.
  absl::StatusOr<std::string> LoadFingerprint() const;
  absl::Status SaveFingerprint(const std::string& fingerprint) const;

  // Removes certificate, key and cursors, and last what they were made on: cut off at any point, no
  // whole enrolment is left, and a second call removes the rest. What a new enrolment needs
  // (server, authority, token) stays. Answers whether anything was there.
  absl::StatusOr<bool> Forget() const;

  // Pins the operator keys that came with a certificate, where none are pinned.
  absl::Status PinKeys(const v1::SignedKeySet& keys) const;

  std::filesystem::path operator_keys() const { return folder_ / "operator.keys"; }
  std::filesystem::path order_journal() const { return folder_ / "orders.journal"; }
  std::filesystem::path payloads() const { return folder_ / "payloads"; }
  std::filesystem::path acknowledged() const { return folder_ / "acknowledged"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_AGENT_STATE_H_
