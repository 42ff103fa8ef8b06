// The local store is lost, old, another's, or has no room.
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>

#include "fixture.h"

namespace loopbreaker::testing {
namespace {

class Disk : public Faults {};

TEST_F(Disk, wiped_while_the_process_is_away) {
  feed(10'000);
  for (int death = 0; death < 2; ++death) {
    start("a");
    pause(1'000, 1'500);
    kill_9("a");
    // All of it: the identity, too, so that this is another machine.
    std::filesystem::remove_all(state_of("a"));
  }
  start("a");
  finish_and_verify();
}

TEST_F(Disk, a_partition_that_comes_back_to_a_machine_with_an_old_store) {
  for (const char* owner : {"a", "b", "a", "b"}) {
    feed([&] {
      FeederSettings f = load(3'000, 6'000);
      f.seed = seed_ + verifier_->events();
      f.id_prefix = "s" + std::to_string(verifier_->events());
      return f;
    }());
    start(owner);
    feeder_->wait();
    wait_until_consumed();
    if (HasFatalFailure()) return;
    // Killed, so that the store is as old as its last flush.
    kill_9(owner);
  }
  start("a");
  finish_and_verify();
}

TEST_F(Disk, a_store_of_another_group_is_not_taken_for_this_one_s) {
  // Others read other conversations, with topics of their own, into the directory.
  auto admin = kafka::make_admin(settings_);
  ASSERT_TRUE(admin);
  auto definitions = kafka::topic_definitions();
  ASSERT_TRUE(definitions);
  const kafka::Names theirs = settings_.topics.with_prefix("theirs-");
  std::vector<std::string> made;
  for (const auto& d : *definitions) {
    made.push_back(kafka::cluster_name(d, theirs));
    auto config = d.config;
    if (made.back() == theirs.input) config["retention.ms"] = "-1";
    ASSERT_TRUE((*admin)->create({made.back(), kPartitions, 1, config}));
  }
  FeederSettings f = load(3'000, 0);
  f.topic = theirs.input;
  f.seed = seed_ + 1;
  f.id_prefix = "theirs";
  feed(f);
  feeder_->wait();
  start("a", {"--set", "commit.max_interval=1s", "--set", "state.max_age=1h", "--until-caught-up"},
        "theirs-" + prefix_);
  EXPECT_EQ(wait_for_end("a"), 0) << said_by("a");
  // Another machine has come much further in this group before the directory is used for it.
  feed(6'000, 4'000);
  start("b", {"--set", "commit.max_interval=20ms", "--set", "state.max_age=0s"});
  feeder_->wait();
  wait_until_consumed();
  if (HasFatalFailure()) return;
  ASSERT_EQ(stop("b"), 0);
  FeederSettings more = load(3'000, 4'000);
  more.seed = seed_ + 2;
  more.id_prefix = "more";
  feed(more);
  start("a");
  finish_and_verify();
  for (const std::string& topic : made) (void)(*admin)->remove(topic);
}

/// A small file system of its own under the state directory.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path at, int megabytes) : at_(std::move(at)) {
    std::filesystem::create_directories(at_);
    mounted_ = ::mount("none", at_.c_str(), "tmpfs", 0,
                       ("size=" + std::to_string(megabytes) + "m").c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  /// Takes all that is left.
  void fill() {
    std::ofstream file(at_ / "ballast", std::ios::binary | std::ios::app);
    const std::string block(4'096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void clear() { std::filesystem::remove(at_ / "ballast"); }

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};

TEST_F(Disk, full_for_a_while) {
  SmallDisk disk(state_of("a"), 64);
  if (!disk.mounted())
    GTEST_SKIP() << "mounting a tmpfs is not permitted: " << std::strerror(errno);
  feed(0, 1'500);
  // Small memtables, so that the store soon wants the disk.
  start("a", {"--set", "state.rocksdb_cache_bytes=1MiB", "--set", "state.max_age=0s"});
  wait_until_begun();
  pause(1'000, 1'500);
  disk.fill();
  pause(3'000, 3'500);
  EXPECT_TRUE(member("a").running()) << "it should wait for room\n" << said_by("a");
  disk.clear();
  feeder_->stop();
  finish_and_verify();
  members_.clear();
}

}  // namespace
}  // namespace loopbreaker::testing
