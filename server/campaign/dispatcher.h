// Moves running campaigns on, and hands orders to the machines that are connected to this server.
#ifndef MUSTER_SERVER_CAMPAIGN_DISPATCHER_H_
#define MUSTER_SERVER_CAMPAIGN_DISPATCHER_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/orders/merkle.h"
#include "muster/v1/gateway.pb.h"
#include "server/campaign/store.h"

namespace muster::campaign {

// The far end of a machine's session. Called from the dispatcher's thread, never under a lock; must
// not block.
class OrderSink {
 public:
  virtual ~OrderSink() = default;
  virtual void OnOrderMessage(v1::ServerMessage message) = 0;
};

struct DispatcherOptions {
  // Every server looks so often; whoever has a campaign's lock moves it on, and hands out orders to
  // its own machines.
  absl::Duration interval = absl::Milliseconds(200);
  // A campaign whose payload's own catalogs lapse within this pauses.
  absl::Duration payload_margin = absl::Hours(24 * 7);
  // An order of which its machine says nothing for so long, though it is connected, is sent again.
  absl::Duration patience = absl::Seconds(30);
};

// Thread-safe. Owns its thread; the store must outlive it.
class Dispatcher {
 public:
  // `after_turn` is called on the dispatcher's thread after each turn.
  Dispatcher(Store& store, DispatcherOptions options, Clock clock,
             std::function<void()> after_turn);
  ~Dispatcher();

  // The machine is welcome, and has pinned the key set of this serial.
  void Connected(const MachineId& machine, uint64_t key_set_serial, std::weak_ptr<OrderSink> sink);
  // Unless another session of the machine has taken its place.
  void Disconnected(const MachineId& machine, const OrderSink* sink);

 private:
  struct Peer {
    std::weak_ptr<OrderSink> sink;
    std::set<std::string> withdrawn;  // campaigns that it was told of
    uint64_t key_set_serial = 0;
  };
  // What an order of one campaign is made from.
  struct Deck {
    v1::SignedManifest signed_manifest;
    std::unique_ptr<orders::MerkleTree> tree;
    absl::Time payload_breaks_at = absl::InfiniteFuture();
  };

  void Loop();
  void Turn();
  void LearnKeys();
  absl::Status Step(const std::string& campaign);
  absl::Status Advance(CampaignTransaction& transaction, const Deck& deck, absl::Time now);
  absl::StatusOr<std::vector<OrderRow>> OfferMore(CampaignTransaction& transaction, absl::Time now);
  void GreetArrivals();
  void SendAgain();
  // Tells machines of cancelled campaigns, each once while it is connected.
  void Withdraw();
  absl::StatusOr<std::shared_ptr<const Deck>> DeckOf(const std::string& campaign);
  void Hand(const std::vector<OrderRow>& orders);
  void Send(const MachineId& machine, v1::ServerMessage message);
  bool IsConnected(const MachineId& machine);

  Store& store_;
  const DispatcherOptions options_;
  const Clock clock_;
  const std::function<void()> after_turn_;
  std::map<std::string, std::shared_ptr<const Deck>> decks_;  // of the loop's thread
  absl::Time keys_learnt_ = absl::InfinitePast();             // the same
  absl::Time sent_again_ = absl::InfinitePast();              // the same

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<MachineId, Peer> peers_ ABSL_GUARDED_BY(mutex_);
  std::vector<MachineId> arrivals_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::SignedKeySet> key_sets_ ABSL_GUARDED_BY(mutex_);  // [i] has serial i + 1
  std::thread thread_;
};

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_DISPATCHER_H_
