// The texts of the demo, as tables of who says what when.
#include "workload/demo_conversations.h"

#include <span>
#include <utility>

namespace loopbreaker::workload {
namespace {

enum class Who : unsigned char {
  customer,
  bot,
  fallback,
  agent,
  ask,
  wants_human,
  transfer,
  joined,
  failed_action,
  ended,
  rating
};

struct Line {
  int after_s;  ///< seconds since the line before
  Who who;
  std::string_view text;  ///< message; answer id before '|' for the bot; status, name, reason or
                          ///< stars for the others
};

struct Script {
  std::string_view id, customer, channel, tier;
  Kind kind;
  std::string_view domain, need, outcome, category;
  int begins_s;
  std::span<const Line> lines;
};

constexpr Line kLostParcel[] = {
    {2, Who::bot, "greeting|Hi, I'm Penny! Tell me in a few words how I can help."},
    {14, Who::ask, "Hello, my parcel says delivered but it's not here. Order A-48213377."},
    {2, Who::bot, "tracking_faq|You can follow your shipment at any time on our tracking page."},
    {21, Who::ask,
     "I did look at the tracking. It claims somebody took it on Tuesday, nobody here did."},
    {2, Who::bot, "tracking_faq|You can follow your shipment at any time on our tracking page."},
    {17, Who::ask, "No! I need to know WHERE the package was left. Can you ask the driver?"},
    {2, Who::fallback, "fallback|Sorry, I didn't get that. Could you rephrase it?"},
    {24, Who::ask,
     "Where is my order A-48213377?? It was a birthday present, the party is tomorrow."},
    {2, Who::bot, "tracking_faq|You can follow your shipment at any time on our tracking page."},
    {12, Who::wants_human, "this is useless. let me talk to a real person please"},
    {2, Who::bot,
     "deflect|I can help you with that myself! Please describe your problem in a few words."},
    {16, Who::wants_human, "I HAVE DESCRIBED IT FOUR TIMES. GET ME A HUMAN!!"},
    {2, Who::bot, "tracking_faq|You can follow your shipment at any time on our tracking page."},
    {20, Who::customer, "Call me then: 202-555-0143, or write to maria.keller@example.com"},
    {2, Who::fallback, "fallback|Sorry, I didn't get that. Could you rephrase it?"},
    {28, Who::customer, "unbelievable."},
};

constexpr Line kDoubleCharge[] = {
    {13, Who::ask, "You have charged my card twice for the same invoice, 480.00 EUR each time!"},
    {4, Who::bot,
     "Thanks for reaching out! Payments are collected on the first day of each month."},
    {19, Who::ask, "That's not my question. Two debits of 480.00 EUR, I want one of them back."},
    {4, Who::bot,
     "I understand how important this is. We collect payments on the first; the amount is shown in "
     "your account."},
    {23, Who::ask,
     "I can see the amount in my account. It is there TWO times. Card 4242 4242 4242 4242."},
    {5, Who::bot,
     "Of course, I'm glad to help. The due date of your next payment is the first of the month. "
     "Does that help?"},
    {18, Who::customer,
     "No it does not help, this is ridiculous. I will dispute the 480 euros with my bank."},
    {4, Who::bot,
     "I'm sorry for the trouble. Billing takes place at the beginning of the month. Anything "
     "else?"},
};

constexpr Line kPhantom[] = {
    {11, Who::customer, "My internet has been crawling since Sunday"},
    {2, Who::bot,
     "restart|Please restart your router: unplug it, wait 30 seconds, plug it in again."},
    {40, Who::customer, "did that twice, it's still as slow"},
    {2, Who::bot,
     "restart|Please restart your router: unplug it, wait 30 seconds, plug it in again."},
    {15, Who::wants_human, "ok, then connect me to an agent"},
    {2, Who::bot, "handover|I'll connect you with an agent, please hold the line."},
    {1, Who::transfer, "requested"},
    {95, Who::customer, "hello? is anybody there?"},
    {110, Who::customer, "still waiting..."},
    {150, Who::customer, "so nobody is coming, is there"},
};

constexpr Line kOutage[] = {
    {8, Who::ask,
     "All three of our offices are offline since 8:40, no internet, no phones. Account "
     "ACC-5510023."},
    {1, Who::bot,
     "restart|Please restart your router: unplug it, wait 30 seconds, plug it in again."},
    {16, Who::ask,
     "This is a complete outage on a leased line, there is no router to restart. We cannot take "
     "orders."},
    {1, Who::bot,
     "restart|Please restart your router: unplug it, wait 30 seconds, plug it in again."},
    {9, Who::customer, "We are an enterprise customer, get somebody on this NOW."},
    {1, Who::transfer, "requested"},
    {35, Who::joined, ""},
    {20, Who::agent,
     "Good morning, this is Robin from the network team. I see ACC-5510023 and all three sites, a "
     "cable was cut. We are on it."},
    {26, Who::customer, "Thank you, finally someone who knows. Please keep me posted."},
    {30, Who::agent, "I will call you every 30 minutes."},
    {12, Who::ended, "agent_closed"},
};

constexpr Line kAskedAgain[] = {
    {12, Who::ask, "I'd like to know how far you are with my water damage claim POL-771204"},
    {2, Who::bot, "ask_account|Please enter your customer account number."},
    {18, Who::customer, "ACC-9034417"},
    {2, Who::bot, "claims_faq|You can report a claim online, it takes five minutes."},
    {20, Who::ask, "It IS reported, three weeks ago. What is the status of POL-771204?"},
    {2, Who::bot, "ask_account|Please enter your customer account number."},
    {15, Who::customer, "I just gave you that. ACC-9034417"},
    {2, Who::failed_action, "lookup_claim"},
    {2, Who::bot, "ask_account|Please enter your customer account number."},
    {22, Who::customer, "You keep asking me the same thing. ACC-9034417!"},
    {2, Who::fallback, "fallback|I'm not sure I understand. Can you say that in other words?"},
    {25, Who::ask, "has anyone even looked at the claim, yes or no"},
    {2, Who::bot, "claims_faq|You can report a claim online, it takes five minutes."},
    {30, Who::rating, "1"},
    {4, Who::ended, "customer_left"},
};

constexpr Line kCancel[] = {
    {10, Who::customer, "I want to cancel my subscription, account ACC-2209176"},
    {3, Who::bot, "retention|Before you decide: how about two months for free?"},
    {15, Who::customer, "no thanks. please end the contract"},
    {3, Who::bot, "retention|As a loyal customer you get two months on us!"},
    {14, Who::customer, "I said no. CANCEL it."},
    {3, Who::bot, "retention|There is a special offer for you, two months for nothing."},
};

constexpr Line kHappyAfterAll[] = {
    {9, Who::customer, "I can't log in, it says my account is locked"},
    {2, Who::bot, "reset_faq|You can reset your password with the link 'Forgot password'."},
    {18, Who::customer, "the password is right, the account is blocked"},
    {2, Who::bot, "ask_mail|Which e-mail address is your account registered with?"},
    {16, Who::customer, "tom.moore@example.org"},
    {2, Who::bot,
     "unlocked|Your account is open again. It had been locked after too many tries from a new "
     "phone."},
    {19, Who::customer, "Great, that works now. Thank you!"},
    {1, Who::bot, "bye|You're welcome. Have a nice day!"},
    {12, Who::rating, "5"},
    {2, Who::ended, "completed"},
};

const Script kScripts[] = {
    {"lost-parcel", "maria.k", "web", "plus", Kind::loop, "parcel", "parcel.missing", "abandoned",
     "", 40, kLostParcel},
    {"double-charge", "aisha.h", "app", "standard", Kind::loop, "billing", "billing.twice",
     "abandoned", "billing_dispute", 95, kDoubleCharge},
    {"nobody-came", "peter.n", "web", "standard", Kind::phantom_transfer, "telecom", "telecom.slow",
     "abandoned", "", 15, kPhantom},
    {"office-outage", "initech-it", "web", "enterprise", Kind::sensitive, "telecom",
     "telecom.outage", "agent", "outage", 210, kOutage},
    {"asked-again", "olga.s", "web", "standard", Kind::context_loss, "insurance", "insurance.claim",
     "abandoned", "", 150, kAskedAgain},
    {"wants-to-cancel", "chen.l", "app", "standard", Kind::sensitive, "subscription",
     "subscription.cancel", "abandoned", "cancellation", 300, kCancel},
    {"happy-after-all", "tom.m", "app", "standard", Kind::once, "account", "account.locked",
     "solved", "", 260, kHappyAfterAll},
};

TransferStatus status_of(std::string_view name) {
  return name == "requested" ? TransferStatus::requested : TransferStatus::queued;
}

void add_line(Conversation& c, const Line& line) {
  Beat& beat = c.beats.emplace_back();
  beat.after = {line.after_s * 1'000};
  const std::string id = event_id(c, c.beats.size() - 1);
  switch (line.who) {
    case Who::ask:
      c.label.ask_event_ids.push_back(id);
      [[fallthrough]];
    case Who::customer:
      beat.participant = Participant::customer;
      beat.text = line.text;
      break;
    case Who::wants_human:
      c.label.human_request_event_ids.push_back(id);
      beat.participant = Participant::customer;
      beat.text = line.text;
      break;
    case Who::bot:
    case Who::fallback: {
      const std::size_t bar = line.text.find('|');
      const bool canned = bar != std::string_view::npos;
      beat.participant = Participant::bot;
      beat.answer_id = canned ? line.text.substr(0, bar) : std::string_view();
      beat.text = canned ? line.text.substr(bar + 1) : line.text;
      beat.fallback = line.who == Who::fallback;
      if (canned) beat.confidence = beat.fallback ? 22 : 71;
      break;
    }
    case Who::agent:
      beat.participant = Participant::agent;
      beat.text = line.text;
      break;
    case Who::transfer:
      beat.type = EventType::transfer;
      beat.transfer = status_of(line.text);
      break;
    case Who::joined:
      beat.type = EventType::agent_joined;
      break;
    case Who::failed_action:
      beat.type = EventType::bot_action;
      beat.name = line.text;
      beat.outcome = ActionOutcome::failure;
      break;
    case Who::rating:
      beat.type = EventType::rating;
      beat.rating = line.text.front() - '0';
      break;
    case Who::ended:
      beat.type = EventType::ended;
      beat.reason = line.text;
      break;
  }
}

Scheduled make(const Script& script) {
  Scheduled out;
  out.begins = {script.begins_s * 1'000};
  Conversation& c = out.conversation;
  c.session_id = script.id;
  c.customer_id = script.customer;
  c.channel = script.channel;
  c.tier = script.tier;
  c.label = {c.session_id,
             script.kind,
             script.domain,
             script.need,
             script.outcome,
             script.category,
             c.tier,
             0,
             {},
             {}};
  c.beats.emplace_back().type = EventType::started;
  for (const Line& line : script.lines) add_line(c, line);
  c.label.events = static_cast<std::uint32_t>(c.beats.size());
  return out;
}

}  // namespace

std::vector<Scheduled> demo_conversations() {
  std::vector<Scheduled> out;
  for (const Script& script : kScripts) out.push_back(make(script));
  return out;
}

}  // namespace loopbreaker::workload
