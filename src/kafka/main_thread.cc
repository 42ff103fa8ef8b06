// librdkafka's main thread waits in whole milliseconds, rounded down: while a timer is less than
// one away it asks for the time again and again. Every transaction starts two timers of one
// millisecond, so that a transaction took two milliseconds of processor time for nothing, beside a
// broker that needed them. (Later releases round up; Debian 12's does not.)
//
// The loop cannot be reached from outside, but it takes its locks by the C11 calls of the C
// library, which nobody else in this program uses: many locks in a row without a wait between them
// are the spin. There these definitions, which stand before those of the C library, let the thread
// sleep for a moment. Only threads that librdkafka itself has named as main ones do.
#include "kafka/main_thread.h"

#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <threads.h>

#include <ctime>

namespace {

/// Locks without a wait: so many take all but a few operations of this thread.
constexpr int kSpinning = 24;
/// Locks between two naps; one turn of the loop takes three.
constexpr int kTurns = 12;
/// What an operation that arrives meanwhile waits at most.
constexpr std::timespec kNap{0, 100'000};

thread_local bool is_main = false;
thread_local int locks = 0;

template <class Function>
Function* next_definition(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

rd_kafka_resp_err_t on_thread_start(rd_kafka_t*, rd_kafka_thread_type_t type, const char*, void*) {
  is_main = type == RD_KAFKA_THREAD_MAIN;
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_new(rd_kafka_t* client, const rd_kafka_conf_t*, void*, char*, size_t) {
  return rd_kafka_interceptor_add_on_thread_start(client, "nap", on_thread_start, nullptr);
}

}  // namespace

extern "C" int mtx_lock(mtx_t* mutex) {
  static auto* const lock = next_definition<decltype(mtx_lock)>("mtx_lock");
  if (is_main && ++locks >= kSpinning) {
    locks = kSpinning - kTurns;
    nanosleep(&kNap, nullptr);
  }
  return lock(mutex);
}

extern "C" int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const std::timespec* until) {
  static auto* const wait = next_definition<decltype(cnd_timedwait)>("cnd_timedwait");
  locks = 0;
  return wait(condition, mutex, until);
}

namespace loopbreaker::kafka {

void nap_instead_of_spinning(rd_kafka_conf_t* conf) {
  rd_kafka_conf_interceptor_add_on_new(conf, "nap", on_new, nullptr);
}

}  // namespace loopbreaker::kafka
