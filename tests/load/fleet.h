// A simulated fleet: N machines in one process, each with a key, a certificate and a TLS connection
// of its own, over the production link, backoff and sets. Deterministic by seed, but for its keys.
#ifndef MUSTER_TESTS_LOAD_FLEET_H_
#define MUSTER_TESTS_LOAD_FLEET_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "agent/sync/acknowledgements.h"
#include "agent/sync/event_loop.h"
#include "agent/sync/grpc_stream.h"
#include "agent/sync/link.h"
#include "agent/sync/snapshot.h"
#include "tests/load/golden_image.h"
#include "tests/load/simulated_orders.h"

namespace muster::load {

struct FleetOptions {
  std::string server;  // HOST:PORT
  // Further ones of the same fleet: a machine goes to the next where a connection ended.
  std::vector<std::string> other_servers;
  std::string authority;  // PEM
  std::string token;      // enrolment token, good for `machines` uses
  int machines = 50;
  uint64_t seed = 1;
  // Of every seven clones of one image, how many have an update more or less than it.
  int variants = 5;
  BackoffOptions backoff = {};
  // From image to image: what a machine has once an installer that is played has done its work.
  std::map<std::string, std::shared_ptr<const GoldenImage>> remedied;
  RemedyOptions remedy = {};
  // The first few machines have names that are meant to break whatever shows them
  // (hostile_names.h).
  bool hostile_names = false;
  // Open every connection, but greet only when Greet is called.
  bool hold_greetings = false;
  // A machine starts an installer, for the how manieth time for one and the same order.
  std::function<void(const Digest& machine, int times)> on_start = [](const Digest&, int) {};
};

// The images that machines are cloned from, and the share of the fleet that each has.
struct ImageShare {
  std::shared_ptr<const GoldenImage> image;
  int weight = 1;
};

// How far the fleet has got; each counts machines, where nothing else is said.
struct FleetProgress {
  int open = 0;      // connected, and the server has taken the call; now or before
  int welcomed = 0;  // greeted at least once
  int in_sync = 0;   // everything is durable at the server
  int orders = 0;    // counts orders that have come, whether looked at or not
  int disconnects = 0;
  absl::Status last_error;
};

// Thread-safe.
class Fleet {
 public:
  Fleet(FleetOptions options, std::vector<ImageShare> images);
  ~Fleet();

  // Makes keys and enrols everybody, a few at a time. A server that is away or busy is asked again,
  // with `backoff` and for at most a minute a machine; any other error ends it.
  absl::Status Enroll();
  // From now on they connect there: to a server that takes certificates of the same authority.
  void Redirect(const std::string& server);
  // Starts every machine's link.
  void Connect();
  // Lets them greet, where they were held.
  void Greet();

  // Where each machine connects, and as whom; after Enroll.
  std::vector<sync::GatewayAddress> addresses() const;
  FleetProgress progress() const;
  // Ends the agent of machine `index` as a kill does, and starts it again after `pause`: its
  // machine, its journal and what it had installers do go on.
  void Kill(int index, absl::Duration pause);
  // Sets its wall clock, to the true time plus `offset`.
  void SetClock(int index, absl::Duration offset);
  // Every machine is what its image was, as if nothing had been installed.
  void Spoil();

  // The most often that one machine's installer was started.
  int most_installs();
  // How many machines have an order that is not over for them, or an installer that runs, or whose
  // agent is down, so that nobody knows.
  int AtWork();
  // Waits until `done` says so. DEADLINE_EXCEEDED with how far it got.
  absl::Status Await(const std::function<bool(const FleetProgress&)>& done,
                     absl::Duration timeout) const;

  // Names, in order; machine i is cloned from images()[i].
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<std::string>& image_names() const { return image_names_; }

 private:
  struct Machine;

  // Tries until it is refused, or patience is at an end.
  std::shared_ptr<const sync::Snapshot> SnapshotOf(const GoldenImage& image,
                                                   const Machine& machine) const;
  absl::Status EnrollOne(Machine& machine);
  void StartOne(Machine& machine);
  void OpenOrders(Machine& machine);
  // On the loop.
  void TakeUp(std::function<void()> work);
  sync::OpenStream Opener(Machine& machine);
  void Update(const std::function<void(FleetProgress&)>& change);
  // Done on the loop when it returns.
  void OnLoop(const std::function<void()>& work);
  // Nothing once the fleet is gone, which the loop outlives.
  std::function<void()> WhileHere(std::function<void()> work) const;

  const FleetOptions options_;
  std::vector<std::string> names_;
  std::vector<std::string> image_names_;
  sync::EventLoop& loop_;  // lives as long as the process: gRPC's last words come late
  std::vector<std::unique_ptr<Machine>> machines_;
  absl::Time next_turn_ = absl::InfinitePast();                // to take up an order; on the loop
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // the same

  mutable absl::Mutex mutex_;
  FleetProgress progress_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::load

#endif  // MUSTER_TESTS_LOAD_FLEET_H_
