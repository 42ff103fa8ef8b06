// What outlives every client: topics, transactions and the consumer group, as the broker keeps
// them. Clients are in clients.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coverage.h"
#include "loopbreaker/ports.h"
#include "scheduler.h"

namespace loopbreaker::simulation {

struct Entry {
  enum class Kind : std::uint8_t { open, committed, aborted, control };
  Kind kind = Kind::open;
  bool removed = false;  ///< by compaction
  TimeMs timestamp = kNoTime;
  TimeMs appended{};
  std::optional<std::string> key, value;
};

/// One partition of one topic that is written by transactions.
struct OutputPartition {
  std::vector<Entry> entries;
  std::int64_t stable_end() const;  ///< what a read-committed reader can see
 private:
  mutable std::int64_t stable_ = 0;
};

/// One partition of the input: made before the run, seen as time goes on.
struct InputPartition {
  std::vector<Entry> entries;  ///< `appended` only grows
  std::int64_t start = 0;
  std::int64_t end(TimeMs now) const;

 private:
  mutable std::int64_t end_ = 0;
};

struct BrokerSettings {
  DurationMs session_timeout{15'000};
  DurationMs rebalance_timeout{60'000};
  DurationMs transaction_timeout{10'000};
  DurationMs delete_retention{24 * 3'600'000};
};

/// What a refused request was refused for.
enum class Refusal : std::uint8_t { none, fenced, not_a_member, busy, no_transaction };

class Broker {
 public:
  Broker(Scheduler& scheduler, Coverage& coverage, BrokerSettings settings, int partitions);

  // Topics.
  std::vector<InputPartition> input;
  OutputPartition& output(Topic topic, std::int32_t partition) {
    return outputs_[static_cast<int>(topic)][static_cast<std::size_t>(partition)];
  }
  int partitions() const { return static_cast<int>(input.size()); }
  /// Keeps of each key of the state topic the last record; removes tombstones past their time.
  void compact(std::int32_t partition);

  // Transactions. An epoch names a life of a transactional id.
  /// busy: a transaction of the id is being ended; ask again.
  Refusal init_producer(const std::string& id, std::int32_t& epoch);
  Refusal add_offsets(const std::string& id, std::int32_t epoch, const std::string& member,
                      std::int32_t member_epoch, std::int32_t generation,
                      const std::vector<OffsetToCommit>& offsets);
  Refusal add_partition(const std::string& id, std::int32_t epoch, Topic topic,
                        std::int32_t partition);
  Refusal produce(const std::string& id, std::int32_t epoch, const OutRecord& record,
                  std::int64_t& offset);
  /// The answer comes before the markers are written.
  Refusal end_transaction(const std::string& id, std::int32_t epoch, bool commit);

  // The group.
  struct Committed {
    bool pending = false;  ///< a transaction that is not over would change it
    CommittedOffset offset;
  };
  Committed committed(std::int32_t partition) const;
  /// A coordinator that serves before it has loaded its log knows only what was committed until
  /// some earlier moment, and forgets what is pending. It stays so: what is committed later is
  /// added. The first call chooses the moment; false: it chose, or there is none yet at which all
  /// partitions had an offset.
  bool forget_offsets();
  /// The same as part of a restart, right after the next transaction's end was answered: its
  /// markers are written when the broker is back, and all members have to join again. Not where the
  /// transaction is the only one that is forgotten of a partition.
  void forget_at_next_end() { forget_at_end_ = true; }

  struct Membership {
    std::int32_t member_epoch = 0;
    bool known = false;        ///< still a member under this epoch
    bool rebalancing = false;  ///< must give up its partitions and rejoin
    std::int32_t generation = 0;
    std::vector<std::int32_t> partitions;  ///< of that generation
  };
  /// Joins, or takes over the identity of its earlier life. Returns the member's epoch.
  std::int32_t join(const std::string& member);
  Membership membership(const std::string& member, std::int32_t member_epoch) const;
  void rejoin(const std::string& member, std::int32_t member_epoch);
  void leave(const std::string& member, std::int32_t member_epoch);
  /// No more heartbeats from now on, until heartbeats_again.
  void heartbeats_stop(const std::string& member);
  void heartbeats_again(const std::string& member);

  std::map<std::int32_t, CommittedOffset> offsets;

 private:
  struct Ongoing {
    std::uint64_t number = 0;
    std::set<std::pair<int, std::int32_t>> partitions;
    std::vector<std::pair<OutputPartition*, std::size_t>> records;
    std::vector<OffsetToCommit> offsets;
    int markers_left = 0;  ///< > 0: being ended
    bool ending = false;
  };
  struct Producer {
    std::int32_t epoch = -1;
    std::optional<Ongoing> ongoing;
  };
  struct Member {
    std::int32_t epoch = 0;
    bool rejoined = false;
    std::uint64_t silence = 0;  ///< counts stops of its heartbeats
    bool silent = false;
    std::vector<std::int32_t> partitions;
  };

  Ongoing& begin(const std::string& id, Producer& producer);
  Refusal usable(const std::string& id, std::int32_t epoch, Producer*& producer);
  void end(const std::string& id, Producer& producer, bool commit);
  void write_marker(const std::string& id, std::uint64_t number, OutputPartition* partition,
                    bool commit);
  void rebalance();
  void complete_rebalance();
  void complete_if_all_rejoined();

  Scheduler& scheduler_;
  Coverage& coverage_;
  const BrokerSettings settings_;
  std::vector<std::vector<OutputPartition>> outputs_;
  std::map<std::string, Producer> producers_;
  std::uint64_t transactions_ = 0;
  std::map<std::int32_t, std::set<std::uint64_t>> pending_;  ///< by partition
  std::map<std::int32_t, CommittedOffset> earlier_;
  bool forget_at_end_ = false;

  std::map<std::string, Member> members_;
  std::int32_t member_epochs_ = 0;
  std::int32_t generation_ = 0;
  bool preparing_ = false;
  std::uint64_t rebalances_ = 0;
};

}  // namespace loopbreaker::simulation
