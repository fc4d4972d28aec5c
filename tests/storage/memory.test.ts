import { storageContract } from '../contracts/storage.ts';
import { memoryStore } from '../support/memory-store.ts';

storageContract('memory', async () => ({ store: memoryStore(), close: async () => {} }), { hasOutbox: false });
