// The endpoints, over a real socket on 127.0.0.1 with a port of the system's choice.
#include "http/server.h"

#include <gmock/gmock.h>
#include <httplib.h>

#include <atomic>

namespace loopbreaker::http {
namespace {

using ::testing::HasSubstr;

class HttpServer : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = Server::start("127.0.0.1:0", {[] { return std::string("a_total 1\n"); },
                                                 [this]() -> std::optional<std::string> {
                                                   if (well_) return std::nullopt;
                                                   return "worker 1 stopped: disk full";
                                                 },
                                                 [this]() -> std::optional<std::string> {
                                                   if (ready_) return std::nullopt;
                                                   return "recovering partition 3";
                                                 }});
    ASSERT_TRUE(started.has_value()) << started.error().message;
    server_ = std::move(*started);
    port_ = std::stoi(server_->address().substr(server_->address().rfind(':') + 1));
  }
  httplib::Result get(const std::string& path) {
    return httplib::Client("127.0.0.1", port_).Get(path);
  }

  std::atomic<bool> well_{true}, ready_{true};
  std::unique_ptr<Server> server_;
  int port_ = 0;
};

TEST_F(HttpServer, gives_metrics_in_the_content_type_prometheus_asks_for) {
  const auto response = get("/metrics");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "a_total 1\n");
  EXPECT_THAT(response->get_header_value("Content-Type"), HasSubstr("text/plain; version=0.0.4"));
}

TEST_F(HttpServer, is_healthy_until_it_is_told_otherwise_and_says_why) {
  EXPECT_EQ(get("/healthz")->status, 200);
  well_ = false;
  EXPECT_EQ(get("/healthz")->status, 503);
  EXPECT_EQ(get("/healthz")->body, "worker 1 stopped: disk full\n");
}

TEST_F(HttpServer, is_not_ready_while_recovering_and_says_why) {
  ready_ = false;
  EXPECT_EQ(get("/readyz")->status, 503);
  EXPECT_EQ(get("/readyz")->body, "recovering partition 3\n");
  EXPECT_EQ(get("/healthz")->status, 200);
  ready_ = true;
  EXPECT_EQ(get("/readyz")->status, 200);
  EXPECT_EQ(get("/readyz")->body, "ok\n");
}

TEST_F(HttpServer, any_other_path_is_404_with_a_hint) {
  const auto response = get("/metric");
  EXPECT_EQ(response->status, 404);
  EXPECT_THAT(response->body, HasSubstr("/metrics"));
}

TEST_F(HttpServer, a_port_that_is_taken_is_an_error_that_names_it) {
  const auto second = Server::start(server_->address(), {[] { return std::string(); }, {}, {}});
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().message, HasSubstr(server_->address()));
}

TEST_F(HttpServer, the_port_is_free_again_after_the_server_is_gone) {
  const std::string address = server_->address();
  get("/healthz");
  server_.reset();
  const auto again = Server::start(address, {[] { return std::string(); }, {}, {}});
  EXPECT_TRUE(again.has_value()) << again.error().message;
}

TEST(HttpAddress, must_have_a_host_and_a_port) {
  for (const char* address :
       {"", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"}) {
    const auto started = Server::start(address, {[] { return std::string(); }, {}, {}});
    ASSERT_FALSE(started.has_value()) << address;
    EXPECT_THAT(started.error().message, HasSubstr("HOST:PORT")) << address;
  }
}

}  // namespace
}  // namespace loopbreaker::http
