// On ucontext, with stacks that are used again. Sanitizers are told of every change of stacks.
#include "fiber.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace loopbreaker::simulation {
namespace {

constexpr std::size_t kStackBytes = 1 << 20;

std::vector<void*>& spare_stacks() {
  static std::vector<void*> stacks;
  return stacks;
}

void* take_stack() {
  auto& spare = spare_stacks();
  if (!spare.empty()) {
    void* stack = spare.back();
    spare.pop_back();
    return stack;
  }
  void* stack = ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) std::abort();
  return stack;
}

}  // namespace

struct Fiber::Impl {
  std::function<void()> body;
  ucontext_t own{}, caller{};
  void* stack = nullptr;
  bool done = false;

#if defined(__SANITIZE_ADDRESS__)
  void* own_fake = nullptr;
  void* caller_fake = nullptr;
  const void* caller_stack = nullptr;
  std::size_t caller_size = 0;
#endif
#if defined(__SANITIZE_THREAD__)
  void* own_thread = nullptr;
  void* caller_thread = nullptr;
#endif

  static inline Impl* running = nullptr;

  void entered() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(own_fake, &caller_stack, &caller_size);
#endif
  }

  void leave(bool for_good) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(for_good ? nullptr : &own_fake, caller_stack, caller_size);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(caller_thread, 0);
#endif
    (void)for_good;
    ::swapcontext(&own, &caller);
    entered();
  }

  // makecontext passes integers only.
  static void enter(unsigned high, unsigned low) {
    auto* self = reinterpret_cast<Impl*>((std::uintptr_t{high} << 32) | std::uintptr_t{low});
    self->entered();
    self->body();
    self->done = true;
    self->leave(true);
  }
};

Fiber::Fiber(std::function<void()> body) : impl_(std::make_unique<Impl>()) {
  impl_->body = std::move(body);
}

Fiber::~Fiber() {
  if (!impl_->stack) return;
  if (!impl_->done) std::abort();
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(impl_->stack, kStackBytes);
#endif
#if defined(__SANITIZE_THREAD__)
  __tsan_destroy_fiber(impl_->own_thread);
#endif
  spare_stacks().push_back(impl_->stack);
}

void Fiber::resume() {
  Impl& f = *impl_;
  if (!f.stack) {
    f.stack = take_stack();
    ::getcontext(&f.own);
    f.own.uc_stack.ss_sp = f.stack;
    f.own.uc_stack.ss_size = kStackBytes;
    f.own.uc_link = nullptr;
    const auto address = reinterpret_cast<std::uintptr_t>(&f);
    ::makecontext(&f.own, reinterpret_cast<void (*)()>(&Impl::enter), 2,
                  static_cast<unsigned>(address >> 32), static_cast<unsigned>(address));
#if defined(__SANITIZE_THREAD__)
    f.own_thread = __tsan_create_fiber(0);
#endif
  }
  Impl* const outer = std::exchange(Impl::running, &f);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&f.caller_fake, f.stack, kStackBytes);
#endif
#if defined(__SANITIZE_THREAD__)
  f.caller_thread = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(f.own_thread, 0);
#endif
  ::swapcontext(&f.caller, &f.own);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(f.caller_fake, nullptr, nullptr);
#endif
  Impl::running = outer;
}

bool Fiber::started() const { return impl_->stack != nullptr; }
bool Fiber::done() const { return impl_->done; }

void Fiber::pause() { Impl::running->leave(false); }

}  // namespace loopbreaker::simulation
