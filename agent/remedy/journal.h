// What an agent writes down of its orders before it acts, so that each runs at most once whatever
// ends the agent in between.
#ifndef MUSTER_AGENT_REMEDY_JOURNAL_H_
#define MUSTER_AGENT_REMEDY_JOURNAL_H_

#include <filesystem>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/v1/order.pb.h"

namespace muster::remedy {

// Used by one thread at a time.
class Journal {
 public:
  virtual ~Journal() = default;
  // As it was saved last; empty where nothing ever was. DATA_LOSS where it cannot be read: nobody
  // knows then what was started.
  virtual absl::StatusOr<v1::Journal> Load() = 0;
  // Durable once it answers OK. After an error the old journal stands, or the new one.
  virtual absl::Status Save(const v1::Journal& journal) = 0;
};

// A file of the state folder.
class JournalFile : public Journal {
 public:
  explicit JournalFile(std::filesystem::path path) : path_(std::move(path)) {}
  absl::StatusOr<v1::Journal> Load() override;
  absl::Status Save(const v1::Journal& journal) override;

 private:
  const std::filesystem::path path_;
};

}  // namespace muster::remedy

#endif  // MUSTER_AGENT_REMEDY_JOURNAL_H_
