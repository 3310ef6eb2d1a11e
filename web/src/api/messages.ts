// Server-sent events out of a body that goes on and on (HTML Living Standard, "Server-sent
// events"). A browser's own EventSource cannot say whose endpoints are wanted, nor tell why it is
// refused.
export interface Message {
  event: string;
  data: string;
}

function messageIn(block: string): Message | null {
  const message = {event: "message", data: [] as string[]};
  for (const line of block.split("\n")) {
    const [, name, value = ""] = /^(\w*):? ?(.*)$/s.exec(line) ?? [];
    if (name === "event") message.event = value;
    if (name === "data") message.data.push(value);
  }
  return message.data.length === 0 ? null : {event: message.event, data: message.data.join("\n")};
}

// Until the server ends it.
export async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, {stream: true})).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const message = messageIn(block);
      if (message !== null) yield message;
    }
  }
}
