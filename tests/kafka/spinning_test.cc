// That what keeps librdkafka's threads from spinning is in their way.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include "kafka/client.h"

namespace loopbreaker::kafka {
namespace {

/// The file that holds this address.
void* home(void* address) {
  Dl_info info{};
  return dladdr(address, &info) ? info.dli_fbase : nullptr;
}

TEST(Spinning, LibrdkafkaCallsTheDefinitionsOfThisProgram) {
  void* const here = home(reinterpret_cast<void*>(&home));
  ASSERT_NE(here, nullptr);
  // They are linked with the clients alone.
  ASSERT_TRUE(Client::open(Kind::producer, {}, {}));
  for (const char* name : {"mtx_lock", "cnd_timedwait", "__poll_chk"}) {
    void* const found = dlsym(RTLD_DEFAULT, name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(home(found), here) << name << " is the C library's";
  }
}

}  // namespace
}  // namespace loopbreaker::kafka
