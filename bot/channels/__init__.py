"""One module a platform. A channel knows its platform and nothing of dialogues, people or storage."""
