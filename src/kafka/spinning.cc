// Two of librdkafka's loops spin, and take the processor time that a broker on the same machine
// needs to give what they wait for:
//
// - Its main thread waits in whole milliseconds, rounded down: while a timer is less than one away
// it
//   asks for the time again and again. Every transaction starts two timers of one millisecond.
//   (Later releases round up; Debian 12's does not.)
// - A broker's thread polls without waiting as long as records of a partition must wait for
// requests
//   under way, of which there may be five.
//
// The loops cannot be reached from outside, but they take their locks and poll by calls of the C
// library. There these definitions, which stand before the C library's, let the thread sleep for a
// moment: the main thread after many locks without a wait between them, a broker's thread when it
// keeps polling and nothing comes, until something does. Only threads that librdkafka itself has
// named as such do. Nobody else in this program uses C11's locks, and __poll_chk is what poll is
// where arrays are checked, as in Debian's librdkafka.
#include "kafka/spinning.h"

#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <threads.h>

#include <ctime>

namespace {

/// What the main thread's next operation waits for at most, and a broker's thread at most for a
/// partition that may send again.
constexpr std::timespec kNap{0, 100'000};
/// Locks of the main thread without a wait: so many take all but a few operations.
constexpr int kLocks = 24;
/// Locks between two naps; one turn of the loop takes three.
constexpr int kLocksBetween = 12;
/// Polls in a row that did not wait and brought nothing.
constexpr int kPolls = 4;

enum class Thread : char { other, main, broker };
thread_local Thread thread = Thread::other;
thread_local int locks = 0, polls = 0;

template <class Function>
Function* next_definition(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

rd_kafka_resp_err_t on_thread_start(rd_kafka_t*, rd_kafka_thread_type_t type, const char*, void*) {
  thread = type == RD_KAFKA_THREAD_MAIN     ? Thread::main
           : type == RD_KAFKA_THREAD_BROKER ? Thread::broker
                                            : Thread::other;
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_new(rd_kafka_t* client, const rd_kafka_conf_t*, void*, char*, size_t) {
  return rd_kafka_interceptor_add_on_thread_start(client, "nap", on_thread_start, nullptr);
}

}  // namespace

extern "C" int mtx_lock(mtx_t* mutex) {
  static auto* const lock = next_definition<decltype(mtx_lock)>("mtx_lock");
  if (thread == Thread::main && ++locks >= kLocks) {
    locks = kLocks - kLocksBetween;
    nanosleep(&kNap, nullptr);
  }
  return lock(mutex);
}

extern "C" int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const std::timespec* until) {
  static auto* const wait = next_definition<decltype(cnd_timedwait)>("cnd_timedwait");
  locks = 0;
  return wait(condition, mutex, until);
}

extern "C" int __poll_chk(pollfd* files, nfds_t count, int wait_ms, std::size_t bytes) {
  static auto* const check = next_definition<decltype(__poll_chk)>("__poll_chk");
  if (thread != Thread::broker || wait_ms != 0) {
    polls = 0;
    return check(files, count, wait_ms, bytes);
  }
  const int ready =
      polls < kPolls ? check(files, count, 0, bytes) : ppoll(files, count, &kNap, nullptr);
  polls = ready == 0 ? polls + 1 : 0;
  return ready;
}

namespace loopbreaker::kafka {

void nap_instead_of_spinning(rd_kafka_conf_t* conf) {
  rd_kafka_conf_interceptor_add_on_new(conf, "nap", on_new, nullptr);
}

}  // namespace loopbreaker::kafka
