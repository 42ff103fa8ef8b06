// What is heard in messages: phrases, their negation, false friends and structure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/analyzer.h"

namespace loopbreaker::text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Hearing : public ::testing::Test {
 protected:
  bool hears(Heard what, std::string_view text, Participant who = Participant::customer) {
    heard_ = analyzer_->analyze(text, who, "en");
    return heard_[what] >= Score::percent(50);
  }
  bool bot_says(Heard what, std::string_view text) { return hears(what, text, Participant::bot); }
  bool files_under(Category what, std::string_view text) {
    heard_ = analyzer_->analyze(text, Participant::customer, "en");
    for (const HeardCategory& c : heard_.categories) {
      if (c.what == what && c.score >= Score::percent(50)) return true;
    }
    return false;
  }
  Score score(Heard what, std::string_view text) {
    heard_ = analyzer_->analyze(text, Participant::customer, "en");
    return heard_[what];
  }

  std::unique_ptr<Analyzer> analyzer_ = make_analyzer();
  MessageAnalysis heard_;
};

TEST_F(Hearing, AngerIsHeardInPlainWords) {
  for (const char* text :
       {"I am really frustrated with this", "this is ridiculous", "what a waste of time",
        "are you kidding me? this is useless", "I'm fed up", "worst customer service ever",
        "I have had enough", "i give up", "I'm so angry right now"}) {
    EXPECT_TRUE(hears(Heard::frustration, text)) << text;
  }
}

TEST_F(Hearing, NegatedAngerIsNotAnger) {
  for (const char* text :
       {"not angry, just asking", "I'm not annoyed", "I am not really upset", "no problem",
        "don't worry, nothing is ridiculous here", "never felt frustrated with you"}) {
    EXPECT_FALSE(hears(Heard::frustration, text)) << text;
  }
}

TEST_F(Hearing, NegationDoesNotReachOverACommaOrABut) {
  EXPECT_TRUE(hears(Heard::frustration, "no, this is ridiculous"));
  EXPECT_TRUE(hears(Heard::frustration, "not that it matters but i am furious"));
}

TEST_F(Hearing, QuotedAngerBelongsToSomebodyElse) {
  EXPECT_FALSE(hears(Heard::frustration,
                     "my boss wrote \"this is ridiculous\" in his note, can you send the invoice"));
  EXPECT_TRUE(hears(Heard::frustration, "\"this is ridiculous\""));
}

TEST_F(Hearing, WeakSignsOfFrustrationAddUp) {
  const Score once = score(Heard::frustration, "still waiting for a reply");
  const Score more =
      score(Heard::frustration, "still waiting for a reply, nobody helps, this is ridiculous");
  EXPECT_GT(more, once);
  EXPECT_LE(more, Score::one());
}

TEST_F(Hearing, ShoutingAndMarksTogetherAreFrustration) {
  EXPECT_TRUE(hears(Heard::frustration, "WHERE IS MY ORDER???"));
  EXPECT_TRUE(heard_.shouting);
  EXPECT_TRUE(hears(Heard::frustration, "I told you my name. WHERE IS MY ORDER???"));
  EXPECT_FALSE(hears(Heard::frustration, "WHERE IS MY ORDER"));
  EXPECT_FALSE(hears(Heard::frustration, "where is my order?"));
  EXPECT_FALSE(hears(Heard::frustration, "THANK YOU SO MUCH!!!"));
  EXPECT_GT(score(Heard::frustration, "noooo"), Score{});
}

TEST_F(Hearing, InsultsAreAbuseAndFrustration) {
  for (const char* text : {"you stupid bot", "you are an idiot", "shut up", "fuck you"}) {
    EXPECT_TRUE(hears(Heard::abuse, text)) << text;
    EXPECT_TRUE(hears(Heard::frustration, text)) << text;
  }
  for (const char* text :
       {"you are not stupid", "is a dumb phone supported?", "my mother's maiden name"}) {
    EXPECT_FALSE(hears(Heard::abuse, text)) << text;
  }
}

TEST_F(Hearing, RequestsForAPersonInManyWords) {
  for (const char* text :
       {"I want to talk to a human", "can i speak with someone?", "agent please", "representative",
        "get me a real person", "connect me to an agent",
        "could you transfer me to customer support", "is there a human i can talk to",
        "i don't want to talk to a bot", "let me speak to your manager", "I need a live agent now",
        "put me through to someone", "how can i contact a human agent", "human",
        "i wanna spaek to an agnet", "I don't know how to speak to a representative"}) {
    EXPECT_TRUE(hears(Heard::human_request, text)) << text;
  }
}

TEST_F(Hearing, FalseFriendsOfThePersonAreLeftAlone) {
  for (const char* text :
       {"is there live music at the restaurant", "I need to talk to the gym about my membership",
        "my travel agent booked it", "find me an estate agent", "am i talking to a human or a bot?",
        "are you a real person", "a table for two people", "what is the customer service number",
        "I don't want to talk to an agent", "i talked to my manager about it",
        "i already spoke to someone yesterday", "transfer money to another person", "call me Al",
        "do i need to speak to a representative to change my pin?"}) {
    EXPECT_FALSE(hears(Heard::human_request, text)) << text;
  }
}

TEST_F(Hearing, WhoAsksWhetherTheBotIsAPersonDoesNotAskForOne) {
  for (const char* text : {"could you be a human", "might you be a real person?",
                           "I wonder if you are a bot", "tell me whether this is a real person",
                           "are you a machine or a human being", "who is your manager"}) {
    EXPECT_FALSE(hears(Heard::human_request, text)) << text;
  }
  for (const char* text :
       {"are you a bot? let me talk to a human", "I wonder if I could talk to a person",
        "could you be so kind and get me a human agent", "can I speak to your manager"}) {
    EXPECT_TRUE(hears(Heard::human_request, text)) << text;
  }
}

TEST_F(Hearing, CallsThatThePhoneShallMakeAreNoRequestsForAPerson) {
  for (const char* text : {"call someone for me", "please call somebody", "call contact anna",
                           "send a text message to someone"}) {
    EXPECT_FALSE(hears(Heard::human_request, text)) << text;
  }
  for (const char* text : {"please call me back", "how do I get in contact with an agent"}) {
    EXPECT_TRUE(hears(Heard::human_request, text)) << text;
  }
}

TEST_F(Hearing, FailureAnswersOfBots) {
  for (const char* text :
       {"Sorry, I didn't get that.", "I am sorry, I don't quite understand what you mean.",
        "Unfortunately, no rooms are available.", "I'm unable to process your request.",
        "No results found for your search.", "Something went wrong, please try again later.",
        "I can only help with bookings.", "Could you rephrase that?", "Your payment was declined.",
        "I couldn't find your account."}) {
    EXPECT_TRUE(bot_says(Heard::bot_failure, text)) << text;
  }
  for (const char* text :
       {"Your order has been shipped.", "No problem, I have booked it for you.",
        "What is your account number?", "If you cannot find the email, check your spam folder.",
        "It does not have a balcony and costs 650 per month.",
        "Sorry to hear that! Let me look at it."}) {
    EXPECT_FALSE(bot_says(Heard::bot_failure, text)) << text;
  }
}

TEST_F(Hearing, CustomersAreNotHeardAsBotsAndBotsNotAsCustomers) {
  EXPECT_FALSE(hears(Heard::bot_failure, "Sorry, I didn't get that."));
  EXPECT_FALSE(bot_says(Heard::human_request, "I want to talk to a human"));
  EXPECT_FALSE(bot_says(Heard::frustration, "THIS IS RIDICULOUS!!!"));
}

TEST_F(Hearing, RejectionOfAnAnswer) {
  for (const char* text :
       {"that didn't work", "no that's not what i meant", "that's wrong", "this doesn't help",
        "I already tried that", "not what I asked", "you misunderstood", "still not working"}) {
    EXPECT_TRUE(hears(Heard::rejection, text)) << text;
  }
  for (const char* text :
       {"no, that's all", "what is wrong with my card?", "no thanks", "that worked"}) {
    EXPECT_FALSE(hears(Heard::rejection, text)) << text;
  }
}

TEST_F(Hearing, RepeatingOneself) {
  for (const char* text : {"like I said, it is the blue one", "I already told you my name",
                           "for the third time: A-123", "how many times do I have to say it",
                           "I just told you that"}) {
    EXPECT_TRUE(hears(Heard::repeated, text)) << text;
  }
  EXPECT_FALSE(hears(Heard::repeated, "say that again please"));
}

TEST_F(Hearing, ClosingAndSolved) {
  EXPECT_TRUE(hears(Heard::closing, "thanks, bye"));
  EXPECT_TRUE(hears(Heard::closing, "no, that's all"));
  EXPECT_FALSE(hears(Heard::closing, "thanks for nothing"));
  for (const char* text :
       {"that works", "it works now", "problem solved", "never mind", "ok that helped"}) {
    EXPECT_TRUE(hears(Heard::solved, text)) << text;
  }
  for (const char* text : {"that does not work", "how does that work", "it is not fixed",
                           "i hope that works", "problem not solved"}) {
    EXPECT_FALSE(hears(Heard::solved, text)) << text;
  }
}

TEST_F(Hearing, HandoverAndRefusalOfBots) {
  EXPECT_TRUE(bot_says(Heard::handover, "I'll connect you with an agent."));
  EXPECT_TRUE(bot_says(Heard::handover, "One of our agents will be with you shortly."));
  EXPECT_FALSE(bot_says(Heard::handover, "I cannot connect you to an agent."));
  EXPECT_FALSE(bot_says(Heard::handover, "Your order will be shipped tomorrow."));
  EXPECT_TRUE(bot_says(Heard::refusal, "No agents are available right now."));
  EXPECT_TRUE(bot_says(Heard::refusal, "I can help you with that."));
  EXPECT_TRUE(bot_says(Heard::refusal, "I cannot transfer you to a human."));
  EXPECT_FALSE(bot_says(Heard::refusal, "Your order will be shipped tomorrow."));
}

TEST_F(Hearing, AsidesAreNeitherAskNorAnswer) {
  for (const char* text : {"hello?", "one moment", "are you there?", "hmm", "hold on please"}) {
    EXPECT_TRUE(hears(Heard::aside, text)) << text;
  }
  for (const char* text : {"hello, where is my card", "there is a hold on my account", "yes"}) {
    EXPECT_FALSE(hears(Heard::aside, text)) << text;
  }
}

TEST_F(Hearing, Categories) {
  EXPECT_TRUE(files_under(Category::cancellation, "I want to cancel my subscription"));
  EXPECT_FALSE(files_under(Category::cancellation, "cancel my alarm"));
  EXPECT_FALSE(files_under(Category::cancellation, "i don't want to cancel my subscription"));
  EXPECT_TRUE(files_under(Category::billing_dispute, "you charged me twice"));
  EXPECT_TRUE(files_under(Category::billing_dispute, "you charged me $49.99 twice"));
  EXPECT_FALSE(files_under(Category::billing_dispute, "how much does it cost"));
  EXPECT_TRUE(files_under(Category::outage, "our production is down"));
  EXPECT_TRUE(files_under(Category::outage, "this is a P1"));
  EXPECT_TRUE(files_under(Category::legal, "my lawyer will contact you"));
  EXPECT_FALSE(files_under(Category::legal, "tell me a joke about lawyers"));
  EXPECT_TRUE(files_under(Category::safety, "the charger caught fire"));
  EXPECT_TRUE(files_under(Category::fraud, "there is a fraudulent charge on my card"));
  EXPECT_TRUE(files_under(Category::privacy, "delete all my personal data"));
}

TEST_F(Hearing, WhatABotAsksFor) {
  const auto asked = [&](std::string_view text) {
    heard_ = analyzer_->analyze(text, Participant::bot, "en");
    return heard_.asks_for;
  };
  EXPECT_THAT(asked("Could I get your order number, please?"), ElementsAre(IdentifierKind::order));
  EXPECT_THAT(asked("What is your name?"), ElementsAre(IdentifierKind::name));
  EXPECT_THAT(asked("What's your e-mail?"), ElementsAre(IdentifierKind::email));
  EXPECT_THAT(asked("Please enter your account number."), ElementsAre(IdentifierKind::account));
  EXPECT_THAT(asked("May I have the booking reference?"), ElementsAre(IdentifierKind::reference));
  EXPECT_THAT(asked("Your order number is A-1234."), IsEmpty());
  EXPECT_THAT(asked("What would you like to eat?"), IsEmpty());
}

TEST_F(Hearing, FlagsOfAMessage) {
  hears(Heard::closing, "where is it?");
  EXPECT_TRUE(heard_.question);
  EXPECT_FALSE(heard_.one_word);
  hears(Heard::closing, "Address");
  EXPECT_TRUE(heard_.one_word);
  EXPECT_FALSE(heard_.question);
}

TEST_F(Hearing, WhoSaysYouAddressesTheBot) {
  hears(Heard::frustration, "why do you ask me that again");
  EXPECT_TRUE(heard_.addresses);
  hears(Heard::frustration, "ok, thank you");
  EXPECT_FALSE(heard_.addresses);
  hears(Heard::frustration, "Thank you, can you book it?");
  EXPECT_TRUE(heard_.addresses);
  hears(Heard::bot_failure, "Can you rephrase that?", Participant::bot);
  EXPECT_FALSE(heard_.addresses);
}

TEST_F(Hearing, SpansPointAtTheWords) {
  const std::string_view text = "ok but I want to talk to a human now";
  ASSERT_TRUE(hears(Heard::human_request, text));
  ASSERT_FALSE(heard_.phrases.empty());
  const Span s = heard_.phrases[0].span;
  EXPECT_EQ(text.substr(s.begin, s.end - s.begin), "talk to a human");
}

TEST_F(Hearing, ALanguageWithoutAPackHearsStructureOnly) {
  heard_ =
      analyzer_->analyze("this is ridiculous, let me talk to a human", Participant::customer, "de");
  for (int h = 0; h < kHeard; ++h)
    EXPECT_EQ(heard_.scores[h].raw, 0) << name_of(static_cast<Heard>(h));
  heard_ = analyzer_->analyze("WO IST MEIN PAKET???", Participant::customer, "de");
  EXPECT_GE(heard_[Heard::frustration], Score::percent(50));
  heard_ = analyzer_->analyze("let me talk to a human", Participant::customer, "en-GB");
  EXPECT_GE(heard_[Heard::human_request], Score::percent(50));
}

}  // namespace
}  // namespace loopbreaker::text
