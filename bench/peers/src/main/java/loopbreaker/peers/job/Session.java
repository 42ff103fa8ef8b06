package loopbreaker.peers.job;

/** What the job remembers of one open conversation, and the rules over it. */
public final class Session {
  enum Reason {
    NONE,
    LOOP,
    HUMAN_REQUEST
  }

  int turns;
  int customerTurns;
  int botTurns;
  int rephrases;
  int botRepeats;
  int cycles;
  int humanRequests;
  /** Turn of the latest rephrase (repeat) that is not yet part of a cycle; 0: none. */
  int rephraseTurn;
  int repeatTurn;
  Reason escalated = Reason.NONE;
  long firstMs;
  long lastMs;
  final RecentTurns customer = new RecentTurns();
  final RecentTurns bot = new RecentTurns();

  /** Takes in one message. True when the session is to be escalated now. */
  boolean message(Event event) {
    if (turns++ == 0) firstMs = event.timeMs;
    lastMs = event.timeMs;
    switch (event.kind) {
      case CUSTOMER -> customerTurn(event);
      case BOT -> botTurn(event);
      default -> {
        return false;
      }
    }
    if (escalated != Reason.NONE) return false;
    if (cycles >= 2) {
      escalated = Reason.LOOP;
    } else if (humanRequests >= 2) {
      escalated = Reason.HUMAN_REQUEST;
    }
    return escalated != Reason.NONE;
  }

  private void customerTurn(Event event) {
    customerTurns++;
    if (event.asksForHuman) humanRequests++;
    if (customer.similarThenAdd(event.tokens, 1, 2)) {
      rephrases++;
      rephraseTurn = turns;
      closeCycle(repeatTurn);
    }
  }

  private void botTurn(Event event) {
    botTurns++;
    if (bot.similarThenAdd(event.tokens, 4, 5)) {
      botRepeats++;
      repeatTurn = turns;
      closeCycle(rephraseTurn);
    }
  }

  /** A rephrase and a repeat within two turns are one cycle, and used up by it. */
  private void closeCycle(int otherTurn) {
    if (otherTurn == 0 || turns - otherTurn > 2) return;
    cycles++;
    rephraseTurn = 0;
    repeatTurn = 0;
  }
}
