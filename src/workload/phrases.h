// What is said in any conversation, whatever it is about: greetings, excuses, annoyance, calls for
// a person. Placeholders as in corpus.h.
#pragma once

#include <string_view>

#include "workload/corpus.h"

namespace loopbreaker::workload::phrases {

using Text = std::string_view;

// Customers
inline constexpr Text kHello[] = {"Hi", "Hello!", "hey", "Good morning", "Hi there", "hello"};
inline constexpr Text kThanks[] = {"Thanks, that solves it!", "Perfect, thank you.",
                                   "Great, that works now.",  "Wonderful, thanks for the help",
                                   "ok that did it, thx",     "Thank you, that's all I needed.",
                                   "Super, problem solved."};
inline constexpr Text kNothingElse[] = {"No, that's all.", "no thanks", "That was it, bye",
                                        "Nope, have a good day!", "nothing else, thank you"};
inline constexpr Text kNext[] = {"Great. One more thing: ", "Thanks! Also, ",
                                 "Good, and another question. ", "Perfect. By the way, "};
inline constexpr Text kSmallQuestions[] = {"How long does that usually take?",
                                           "Will I get a confirmation?", "Does it cost anything?",
                                           "Do I have to do anything else?"};
inline constexpr Text kAsides[] = {"one moment please", "hello?",  "sorry, was on the phone",
                                   "are you there?",    "hang on", "wait a second"};
inline constexpr Text kUnrelated[] = {
    "Do you also sell gift cards by the way?", "What are your opening hours on Sunday?",
    "Is there an app for my tablet?", "Do you have a shop in {city}?"};
/// Before the same need again, by how often it was asked before. Many people just say it again:
/// empty.
inline constexpr Text kAgain1[] = {"",
                                   "",
                                   "",
                                   "No, ",
                                   "That's not what I meant. ",
                                   "I mean: ",
                                   "Hm, that does not help. ",
                                   "not really... "};
inline constexpr Text kAgain2[] = {"",
                                   "",
                                   "Again: ",
                                   "That did not work. ",
                                   "As I said, ",
                                   "You sent me that already. ",
                                   "I already told you. ",
                                   "No! "};
inline constexpr Text kAgain3[] = {"",
                                   "This is ridiculous. ",
                                   "I have asked three times now. ",
                                   "Do you even read what I write? ",
                                   "You keep giving me the same answer. ",
                                   "I'm getting really annoyed. "};
inline constexpr Text kAgain4[] = {
    "Are you kidding me? ", "This is a waste of my time. ", "Useless bot. ",
    "For the last time: ",  "I am so fed up with this. ",   "What a terrible service. "};
inline constexpr Text kHumanRequests[] = {"Can I talk to a human please?",
                                          "I want to speak to a real person.",
                                          "agent",
                                          "Connect me with someone from your team.",
                                          "Let me talk to an agent.",
                                          "Is there an actual human I could talk to?",
                                          "I'd like to speak with a representative.",
                                          "please get me a person, not a bot",
                                          "Could somebody call me?",
                                          "transfer me to customer service"};
inline constexpr Text kHumanAgain[] = {"I asked for a human.",
                                       "No, a PERSON. Not you.",
                                       "HUMAN PLEASE",
                                       "Again: an agent, please!",
                                       "I don't want to talk to a machine, give me a real person.",
                                       "Why can't I just speak to somebody?"};
inline constexpr Text kAngry[] = {"This is the worst support I have ever had.",
                                  "I've been waiting for weeks and nobody cares!!",
                                  "THIS IS UNACCEPTABLE",
                                  "I am really angry by now.",
                                  "Nothing you say helps. Nothing.",
                                  "what a joke of a company",
                                  "I'm so frustrated, I could cry.",
                                  "soooo annoying, every single time"};
inline constexpr Text kAbusive[] = {"you stupid piece of software", "are you an idiot or what",
                                    "shut up, you useless thing"};
inline constexpr Text kStillThere[] = {
    "Hello? Is anybody there?", "I'm still waiting for the agent.",   "??",
    "Nobody has come yet.",     "You said somebody would take over?", "hello??"};
inline constexpr Text kGivingUp[] = {"Forget it.", "I give up.", "ok whatever, I'm leaving",
                                     "I'll go to a competitor then.", "never again"};
inline constexpr Text kAlreadyGiven[] = {"I gave you that already: {slot}",
                                         "You just asked me that. {slot}",
                                         "{slot}, as I wrote above.", "again?! {slot}"};

// Bots
inline constexpr Text kBotHello[] = {
    "Hello, I'm {bot}, your digital assistant. How can I help you?",
    "Hi! {bot} here. What can I do for you today?",
    "Welcome! I am {bot}. Please tell me in a few words what it is about."};
inline constexpr Text kFallbacks[] = {
    "Sorry, I didn't get that. Could you rephrase it?",
    "I'm not sure I understand. Can you say that in other words?",
    "I did not understand you. Please try again with fewer words.",
    "Hmm, I have no answer to that. Try asking in a different way.",
    "Sorry, I'm still learning and can't help with that."};
inline constexpr Text kOpeners[] = {"I understand how important this is. ",
                                    "Thanks for the details! ",
                                    "I'm sorry for the trouble. ",
                                    "Thank you for your patience. ",
                                    "Of course, I'm glad to help. ",
                                    "I hear you. ",
                                    ""};
inline constexpr Text kClosers[] = {"", "", " Does that help?",
                                    " Is there anything else you would like to know?",
                                    " Let me know if you need anything else!"};
inline constexpr Text kAnythingElse[] = {"Is there anything else I can do for you?",
                                         "Can I help you with anything else?",
                                         "Glad I could help. Anything else?"};
inline constexpr Text kBye[] = {"Thank you for contacting us. Goodbye!", "Have a nice day!",
                                "Bye, take care."};
inline constexpr Text kSmallAnswers[] = {
    "Usually two working days.", "You get a message as soon as it is done.",
    "No, it is free of charge.", "No, I take care of the rest."};
inline constexpr Text kUnrelatedAnswer[] = {"You find that on our web site, under Service.",
                                            "Yes! Have a look at the bottom of our home page."};
inline constexpr Text kAsideAnswer[] = {"Take your time.", "I'm here."};
inline constexpr Text kDenials[] = {
    "I can help you with that myself! Please describe your problem.",
    "All our agents are busy. Let's try to solve it together first.",
    "Unfortunately no agent is available at the moment.",
    "I'm sorry, I can't transfer you. What exactly is the problem?",
    "Before I connect you, please try our help pages."};
inline constexpr Text kPromises[] = {
    "I'll connect you with an agent, please hold the line.",
    "One moment, I am transferring you to a colleague.",
    "A member of our team will be with you shortly.",
    "I have passed your chat to a human agent. Somebody will join soon."};
inline constexpr Text kFormErrors[] = {
    "That is not a valid choice. Please answer with a number from 1 to 4.",
    "Please choose one of the options: 1 Orders, 2 Payments, 3 Account, 4 Other.",
    "I can't read that. Please enter it as shown in the example."};

// Agents
inline constexpr Text kAgentHello[] = {
    "Hi {name}, this is Dana from the {queue} team. I have read your messages.",
    "Hello, my name is Robin. Let me have a look at this for you.",
    "Good day {name}, Alex here. Sorry that this took so long."};
inline constexpr Text kAgentWorking[] = {"Give me a minute, I am checking that.",
                                         "I see what happened, one moment.",
                                         "Thanks, I have it on my screen now."};
inline constexpr Text kAgentBye[] = {"You're welcome, have a good one!",
                                     "Glad that it is sorted. Bye!",
                                     "Thank you for your patience."};
inline constexpr Text kRelief[] = {"Finally, thank you!", "Great, thanks a lot.",
                                   "Thank you, that's it.",
                                   "ok good, why couldn't the bot do that"};

/// Questions for a slot, from most to least formal, and ways to answer.
struct SlotWords {
  Text questions[3];
  Text answers[3];
};
inline constexpr SlotWords kSlots[] = {
    {{"", "", ""}, {"", "", ""}},
    {{"Please tell me your order number. It looks like A-12345678.", "What is your order number?",
      "Which order is it about?"},
     {"{order}", "It's {order}", "order number {order}"}},
    {{"Which e-mail address is your account registered with?", "What is your e-mail address?",
      "Your e-mail, please?"},
     {"{email}", "my mail is {email}", "{email} I think"}},
    {{"Please enter the postcode of your address.", "What is your postcode?", "And the postcode?"},
     {"{postcode}", "it's {postcode}", "Postcode is {postcode}"}},
    {{"Please tell me your full name.", "May I have your name?", "And your name is?"},
     {"{name}", "I'm {name}", "My name is {name}."}},
    {{"On which date was that? For example 24 March.", "Which date is it about?", "When was that?"},
     {"{date}", "on {date}", "That was on {date}"}},
    {{"Please enter your customer account number.", "What is your account number?",
      "The account number, please?"},
     {"{account}", "It is {account}", "account {account}"}},
    {{"Please give me the phone number on file.", "Which phone number is it?",
      "And your phone number?"},
     {"{phone}", "my number is {phone}", "It's {phone}"}},
};
static_assert(sizeof(kSlots) / sizeof(kSlots[0]) == static_cast<std::size_t>(Slot::phone) + 1);

}  // namespace loopbreaker::workload::phrases
