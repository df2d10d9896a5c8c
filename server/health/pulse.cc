#include "server/health/pulse.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/pki/signing_key.h"
#include "common/proto_time.h"

namespace muster::health {
namespace {

constexpr absl::Duration kSoon = absl::Hours(24 * 30);

}  // namespace

Pulse::Pulse(Store& store, std::vector<v1::Health::Certificate> certificates,
             std::function<void(v1::Health::Server&)> describe, Clock clock)
    : store_(store),
      id_(absl::BytesToHexString(pki::RandomBytes(8))),
      certificates_(std::move(certificates)),
      describe_(std::move(describe)),
      clock_(std::move(clock)),
      started_at_(clock_()) {}

Pulse::~Pulse() { store_.RemoveServer(id_).IgnoreError(); }

v1::Health::Server Pulse::Describe() const {
  v1::Health::Server server;
  server.set_id(id_);
  *server.mutable_start_time() = ToProto(started_at_);
  describe_(server);
  return server;
}

absl::Status Pulse::Beat() {
  if (absl::Now() < next_beat_) return absl::OkStatus();
  next_beat_ = absl::Now() + kBeat;
  const absl::Status put = store_.PutServer(Describe(), clock_());
  beats_ = put.ok();
  return put;
}

absl::StatusOr<v1::Health> Pulse::Look() {
  const absl::Time now = clock_();
  auto health = store_.Read(now);
  if (!health.ok()) return health;
  for (v1::Health::Server& server : *health->mutable_servers()) {
    server.set_this_one(server.id() == id_);
  }
  for (const v1::Health::Certificate& certificate : certificates_) {
    *health->add_certificates() = certificate;
  }
  std::stable_sort(health->mutable_certificates()->begin(), health->mutable_certificates()->end(),
                   [](const auto& a, const auto& b) {
                     return FromProto(a.not_after()) < FromProto(b.not_after());
                   });
  *health->mutable_time() = ToProto(now);
  return health;
}

std::vector<v1::Attention> Pulse::Attention() const {
  std::vector<v1::Attention> found;
  for (const v1::Health::Certificate& certificate : certificates_) {
    if (FromProto(certificate.not_after()) > clock_() + kSoon) continue;
    v1::Attention& attention = found.emplace_back();
    attention.set_kind(v1::Attention::CERTIFICATE_EXPIRES);
    attention.set_severity(v1::Attention::CRITICAL);
    attention.set_detail(certificate.subject());
    attention.set_text(absl::StrCat("Muster's own certificate, the ", certificate.purpose(),
                                    ", ends: ", certificate.subject()));
    *attention.mutable_time() = certificate.not_after();
  }
  return found;
}

}  // namespace muster::health
