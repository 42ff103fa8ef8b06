// See phrasings.h. Written for this project.
#include "train/phrasings.h"

#include <string_view>

namespace loopbreaker::train {
namespace {

using Words = std::vector<std::string_view>;

/// Every combination of one piece from each list, thinned to about `most` by a fixed step.
std::vector<std::string> expand(const std::vector<Words>& lists, std::size_t most) {
  std::size_t total = 1;
  for (const Words& w : lists) total *= w.size();
  // A step without a common divisor with the total visits combinations evenly.
  std::size_t step = total > most ? total / most : 1;
  while (step > 1 && total % step == 0) --step;
  std::vector<std::string> out;
  for (std::size_t n = 0; n < total; n += step) {
    std::string text;
    std::size_t rest = n;
    for (const Words& w : lists) {
      const std::string_view piece = w[rest % w.size()];
      rest /= w.size();
      if (piece.empty()) continue;
      if (!text.empty()) text.push_back(' ');
      text.append(piece);
    }
    out.push_back(std::move(text));
  }
  return out;
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  for (std::string& s : more) to.push_back(std::move(s));
}

const Words kPerson = {
    "a human",        "a person",         "someone",     "an agent",     "a real person",
    "somebody",       "a representative", "an operator", "a live agent", "customer service",
    "customer care",  "your manager",     "an adviser",  "a supervisor", "support",
    "a human being",  "an actual person", "your team",   "an executive", "staff",
    "the front desk", "a specialist",     "a rep",       "someone real", "your support team",
    "agents",         "real people"};

}  // namespace

std::vector<std::string> requests_for_a_person() {
  std::vector<std::string> all;
  append(all,
         expand({{"", "please", "hi", "ok", "no", "i said", "can you just", "sorry but", "listen,"},
                 {"i want to", "i need to", "can i", "could i", "i'd like to", "let me",
                  "i would rather", "may i", "is it possible to", "how can i", "want to", "need to",
                  "i wanna", "i have to", "i am trying to", "i prefer to"},
                 {"talk to", "speak to", "speak with", "chat with", "talk with", "get through to",
                  "be connected to", "get in touch with", "contact", "reach"},
                 kPerson,
                 {"", "please", "now", "about this", "about my bill", "about a transfer",
                  "regarding my booking", "at your company", "to sort this out", "on the phone",
                  "instead", "there", "from your bank", "asap"}},
                900));
  append(all, expand({{"", "please", "can you", "could you", "just", "pls"},
                      {"connect me to", "connect me with", "transfer me to", "put me through to",
                       "get me", "give me", "pass me to", "hand me over to", "put me on to",
                       "redirect me to", "forward me to", "refer me to"},
                      kPerson,
                      {"", "please", "now", "right away", "who can help", "instead of a bot"}},
                     400));
  append(all,
         expand({{"", "can", "could", "please have", "i want", "i need", "is there", "why can't"},
                 {"someone", "somebody", "a person", "an agent", "a human", "anyone",
                  "a representative", "an executive", "someone from your team"},
                 {"call me", "call me back", "contact me", "help me with this", "i can talk to",
                  "i can speak with", "speak to me", "take over", "i could talk to about this"},
                 {"", "please", "now", "asap", "today"}},
                250));
  append(all, expand({{"human",
                       "agent",
                       "representative",
                       "operator",
                       "real person",
                       "live agent",
                       "human agent",
                       "live person",
                       "customer care",
                       "customer service",
                       "chat with agent",
                       "talk to agent",
                       "speak to human",
                       "talk to human",
                       "agent chat",
                       "live chat",
                       "connect agent",
                       "call back",
                       "call me",
                       "need to talk",
                       "human support",
                       "need human",
                       "customer executive",
                       "contact agent",
                       "talk to customer care",
                       "need to speak"},
                      {"", "please", "now", "pls", "!!", "plz", "asap"}},
                     200));
  append(all, expand({{"i don't want to", "stop, i won't", "i hate to", "i'm tired of having to",
                       "i refuse to", "do i have to"},
                      {"talk to", "chat with", "deal with", "argue with"},
                      {"a bot", "a robot", "a machine", "a computer", "this chatbot",
                       "an automated system"},
                      {"", "get me a person", "i want a human", "give me someone real"}},
                     100));
  return all;
}

std::vector<std::string> false_friends_of_a_person() {
  std::vector<std::string> all;
  append(all, expand({{"i need to", "i want to", "remind me to", "can you help me", "i have to",
                       "i should"},
                      {"talk to", "speak to", "call", "contact", "speak with", "text", "meet"},
                      {"my doctor",
                       "the gym",
                       "my mom",
                       "my landlord",
                       "the restaurant",
                       "my boss",
                       "my lawyer",
                       "john",
                       "my wife",
                       "the seller",
                       "my bank",
                       "her",
                       "the merchant",
                       "my travel agent",
                       "a real estate agent",
                       "my insurance agent",
                       "my teacher",
                       "the driver",
                       "the hotel in paris",
                       "my team",
                       "my friends",
                       "uber",
                       "an italian place",
                       "the airline"},
                      {"", "tomorrow", "about my membership", "at five", "first", "later"}},
                     500));
  append(
      all,
      expand({{"is there", "do they have", "does it have", "i want", "find me", "are there"},
              {"live music", "a travel agent near me", "room service", "a human resources office",
               "live sports", "a real estate agent", "a personal trainer", "an insurance agent",
               "a table for two people", "a live show", "a room for one person",
               "live entertainment", "a good doctor", "an estate agent", "a live band"},
              {"", "tonight", "please", "in the centre", "at the restaurant"}},
             200));
  append(
      all,
      expand({{"am i talking to", "are you", "is this", "i thought you were", "do you sound like"},
              {"a human", "a real person", "a bot or a person", "a robot", "an agent", "a machine"},
              {"", "?", "or what", "right now"}},
             80));
  append(all,
         expand({{"call", "phone", "text", "message", "dial"},
                 {"mom", "dad", "me a cab", "the office", "a taxi", "david", "me bob", "my sister"},
                 {"", "please", "now", "for me"}},
                100));
  append(all, expand({{"how many people", "how much per person", "how many persons",
                       "what is the fee per person", "can another person", "can someone else",
                       "what if somebody", "has anyone", "who is the person who"},
                      {"can stay", "can use my card", "fit in the room", "sent me money",
                       "are allowed", "pays for dinner", "can top up my account", "stole my phone"},
                      {"", "please", "?"}},
                     150));
  append(all, expand({{"what is", "give me", "i need", "find", "tell me", "send me"},
                      {"the phone number", "their phone number", "the contact number of the hotel",
                       "the address and phone number", "a contactless card",
                       "the number of the support desk", "the name of the manager",
                       "the service charge", "the agent's name"},
                      {"", "please", "of the restaurant"}},
                     120));
  append(all, expand({{"transfer", "send", "i transferred", "can i send"},
                      {"money to a friend", "money to another person", "20 dollars to someone",
                       "cash to somebody", "a payment to my agent", "funds to a person abroad"},
                      {"", "please", "today"}},
                     60));
  append(all,
         expand({{"i already talked to", "yesterday i spoke with", "i was told by",
                  "last week i called", "thanks, i talked to"},
                 {"an agent", "someone", "a representative", "customer service", "your manager"},
                 {"", "and it is fine now", "about the fee", "and they said it was ok"}},
                80));
  append(all, expand({{"i don't need to", "no need to", "i do not want to", "you don't have to"},
                      {"talk to", "speak with", "call", "connect me to"},
                      {"an agent", "a person", "anyone", "customer service", "a human"},
                      {"", "thanks", "you can help me"}},
                     80));
  return all;
}

std::vector<std::string> failure_answers() {
  std::vector<std::string> all;
  append(all, expand({{"sorry,", "i'm sorry, but", "unfortunately,", "i apologize,", "i'm afraid",
                       "hmm,", "oops!", ""},
                      {"i didn't get that",
                       "i did not understand your request",
                       "i'm not sure what you mean",
                       "i don't have information about that",
                       "i can't help with that",
                       "i am unable to access your account",
                       "i couldn't find anything matching your request",
                       "that is not available",
                       "i was not able to complete that",
                       "something went wrong",
                       "there are no results for that",
                       "i'm not able to process this right now",
                       "that is outside of what i can do",
                       "i don't know the answer to that",
                       "your request could not be processed",
                       "the system is not responding",
                       "we have nothing available at that time",
                       "that time slot is taken",
                       "i don't have the ability to do that",
                       "no matching records were found",
                       "i cannot provide specific details on this",
                       "i do not have access to that data",
                       "we are fully booked",
                       "i'm having trouble finding that in our system",
                       "that falls outside the things i am set up to handle",
                       "that is not something i can do for you here",
                       "every table is taken for friday",
                       "i looked and came up empty",
                       "our records do not show anything under that name",
                       "this is not covered by your plan",
                       "i'm stumped by that one",
                       "i don't see any order with that number",
                       "that number does not match our records",
                       "i can't see live tracking information at the moment",
                       "we no longer offer that",
                       "the page could not be loaded",
                       "there was a problem with that request",
                       "your card was declined",
                       "verification failed"},
                      {"", "please try again", "could you rephrase?", "can you try another date?",
                       "please contact support", "is there anything else i can do?",
                       "would you like to search for something else?", "please check our website"}},
                     700));
  append(
      all,
      expand({{"as an ai assistant", "as a virtual assistant", "as a chatbot"},
              {"i don't have access to your personal data", "i can't make changes to your booking",
               "i'm unable to look that up", "i am limited in what i can do here",
               "i cannot check the status of individual orders"},
              {"", "but i recommend contacting support", "please refer to the help center"}},
             45));
  return all;
}

std::vector<std::string> working_answers() {
  std::vector<std::string> all;
  // Bad news is an answer.
  append(all, expand({{"unfortunately,", "no, i'm afraid", "sorry,", "i'm sorry,", "no,", ""},
                      {"they do not serve alcohol", "it is not furnished", "they don't",
                       "it doesn't have a garage", "there is no live music there",
                       "pets are not allowed", "it does not include breakfast",
                       "it is not suitable for children", "it isn't refundable",
                       "they do not offer delivery", "you have no new messages",
                       "your balance is lower than that", "it will rain"},
                      {"", "unfortunately", "anything else?", "would you like to book it?"}},
                     200));
  append(
      all,
      expand({{"sorry for the wait,", "sorry to hear that.", "no problem,", "i'm sorry about that!",
               "thanks for your patience,", "of course,", "don't worry,", "great news,", ""},
              {"i have found three options for you", "your booking is confirmed",
               "let me check that for you", "your refund has been processed",
               "what date would you like?", "can you tell me your order number?",
               "it is available on monday at five", "there is no charge for that",
               "it has no parking but free wifi", "i found nothing wrong with your account",
               "you cannot go wrong with that one", "your balance is 200 dollars",
               "the restaurant is not expensive and is in the centre", "pets are not allowed there",
               "it does not have a balcony", "you do not need to do anything else",
               "i can cancel that for you", "the train leaves at nine",
               "your request has been submitted"},
              {"", "is there anything else i can do?", "shall i book it?", "have a nice day!",
               "if you have any trouble, let me know", "please keep the reference number"}},
             700));
  return all;
}

}  // namespace loopbreaker::train
