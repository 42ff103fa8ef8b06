// C11 threads as POSIX threads. ThreadSanitizer of g++ 12 knows the latter only: threads and locks
// of librdkafka, which uses the former, would not be seen, and everything that it hands from one
// thread to another would look like a race. glibc's types have the same layout for both.
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "one is the other");
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "one is the other");
_Static_assert(sizeof(thrd_t) == sizeof(pthread_t), "one is the other");

struct Start {
  thrd_start_t run;
  void* argument;
};

static void* begin(void* p) {
  const struct Start start = *(struct Start*)p;
  free(p);
  return (void*)(intptr_t)start.run(start.argument);
}

static int answer(int code) {
  switch (code) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ETIMEDOUT:
      return thrd_timedout;
    case ENOMEM:
      return thrd_nomem;
    default:
      return thrd_error;
  }
}

int thrd_create(thrd_t* thread, thrd_start_t run, void* argument) {
  struct Start* start = malloc(sizeof *start);
  if (!start) return thrd_nomem;
  *start = (struct Start){run, argument};
  const int code = pthread_create(thread, NULL, begin, start);
  if (code) free(start);
  return answer(code);
}
int thrd_join(thrd_t thread, int* result) {
  void* value = NULL;
  const int code = pthread_join(thread, &value);
  if (result) *result = (int)(intptr_t)value;
  return answer(code);
}
int thrd_detach(thrd_t thread) { return answer(pthread_detach(thread)); }

int mtx_init(mtx_t* mutex, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  if (type & mtx_recursive) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  const int code = pthread_mutex_init((pthread_mutex_t*)mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return answer(code);
}
void mtx_destroy(mtx_t* mutex) { pthread_mutex_destroy((pthread_mutex_t*)mutex); }
int mtx_lock(mtx_t* mutex) { return answer(pthread_mutex_lock((pthread_mutex_t*)mutex)); }
int mtx_trylock(mtx_t* mutex) { return answer(pthread_mutex_trylock((pthread_mutex_t*)mutex)); }
int mtx_unlock(mtx_t* mutex) { return answer(pthread_mutex_unlock((pthread_mutex_t*)mutex)); }

int cnd_init(cnd_t* condition) {
  return answer(pthread_cond_init((pthread_cond_t*)condition, NULL));
}
void cnd_destroy(cnd_t* condition) { pthread_cond_destroy((pthread_cond_t*)condition); }
int cnd_signal(cnd_t* condition) {
  return answer(pthread_cond_signal((pthread_cond_t*)condition));
}
int cnd_broadcast(cnd_t* condition) {
  return answer(pthread_cond_broadcast((pthread_cond_t*)condition));
}
int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return answer(pthread_cond_wait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex));
}
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const struct timespec* until) {
  return answer(
      pthread_cond_timedwait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex, until));
}
