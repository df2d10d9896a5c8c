// How long it takes to sign for 100,000 machines and to make each one's order, against hashing the
// same leaves with OpenSSL alone.
#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/orders/key_set.h"
#include "common/orders/manifest.h"
#include "common/orders/merkle.h"
#include "common/proto_time.h"

namespace muster {
namespace {

constexpr int kMachines = 100'000;
constexpr int kChecked = 1'000;
constexpr absl::Duration kTarget = absl::Seconds(2);

template <typename Work>
absl::Duration Time(Work work) {
  const absl::Time begin = absl::Now();
  work();
  return absl::Now() - begin;
}

v1::OrderManifest Manifest() {
  v1::OrderManifest manifest;
  manifest.set_format(orders::kManifestFormat);
  manifest.set_campaign("campaigns/bench");
  manifest.set_nonce(std::string(16, 'n'));
  manifest.set_title("bench");
  manifest.mutable_action()->mutable_rescan();
  *manifest.mutable_not_before() = ToProto(absl::Now() - absl::Hours(1));
  *manifest.mutable_not_after() = ToProto(absl::Now() + absl::Hours(1));
  manifest.set_required_approvals(1);
  manifest.set_max_attempts(1);
  manifest.mutable_restart()->set_when(v1::RestartPolicy::NEVER);
  *manifest.mutable_run_limit() = ToProto(absl::Hours(1));
  return manifest;
}

int Main() {
  std::vector<Digest> machines;
  for (int i = 0; i < kMachines; ++i) machines.push_back(Sha256(absl::StrCat("machine ", i)));
  std::sort(machines.begin(), machines.end());
  // A tree of n leaves takes 2n - 1 digests of about 65 bytes: nothing does it with less.
  const absl::Duration bare = Time([&] {
    const std::string bytes(65, 'x');
    Digest last;
    for (int i = 0; i < 2 * kMachines - 1; ++i) last = Sha256(bytes);
    if (last == Digest()) std::abort();
  });

  const pki::SigningKey key = pki::SigningKey::Generate();
  v1::KeySet keys;
  keys.set_serial(1);
  keys.set_min_approvals(1);
  *keys.add_keys() = orders::DescribeKey(key, "bench");
  std::vector<v1::Order> made(kMachines);
  const absl::Duration sign_and_prove = Time([&] {
    const orders::MerkleTree tree(machines);
    v1::OrderManifest manifest = Manifest();
    manifest.set_target_root(tree.root().ToBytes());
    manifest.set_target_count(tree.size());
    v1::SignedManifest signed_manifest;
    signed_manifest.set_manifest(manifest.SerializeAsString());
    *signed_manifest.add_signatures() = orders::SignManifest(key, signed_manifest.manifest());
    for (int i = 0; i < kMachines; ++i) {
      *made[i].mutable_signed_manifest() = signed_manifest;
      made[i].set_leaf(static_cast<uint64_t>(i));
      made[i].set_attempt(1);
      for (const Digest& sibling : tree.Proof(static_cast<uint64_t>(i))) {
        made[i].add_proof(sibling.ToBytes());
      }
    }
  });
  const absl::Duration check = Time([&] {
    for (int i = 0; i < kChecked; ++i) {
      const int place = i * (kMachines / kChecked);
      auto checked = orders::CheckOrder(&keys, machines[place], made[place], absl::Now());
      if (!std::holds_alternative<orders::CheckedOrder>(checked)) std::abort();
    }
  });
  std::cout << absl::StreamFormat(
      "signature, tree and %d orders: %.3f s (target %.0f s), %.1f times the bare digests (%.3f "
      "s)\n"
      "an agent checks an order in %.0f us\n",
      kMachines, absl::ToDoubleSeconds(sign_and_prove), absl::ToDoubleSeconds(kTarget),
      sign_and_prove / bare, absl::ToDoubleSeconds(bare),
      absl::ToDoubleMicroseconds(check) / kChecked);
  return sign_and_prove <= kTarget ? 0 : 1;
}

}  // namespace
}  // namespace muster

int main() { return muster::Main(); }
