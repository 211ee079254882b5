"""Which of four offers to show: REINFORCE on a contextual bandit."""

import sys

import torch
from torch import nn
from torch.distributions import Categorical

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
OFFERS, FEATURES = 4, 5
preference = torch.randn(FEATURES, OFFERS)


def visitors(n):
    return torch.randn(n, FEATURES)


def reward(x, offer):
    chance = torch.sigmoid(x @ preference)
    return torch.bernoulli(chance.gather(1, offer[:, None]).squeeze(1))


policy = nn.Sequential(nn.Linear(FEATURES, 32), nn.Tanh(), nn.Linear(32, OFFERS))
optimizer = torch.optim.Adam(policy.parameters(), lr=0.01)
baseline = 0.5

for step in range(300):
    x = visitors(64)
    shown = Categorical(logits=policy(x))
    offer = shown.sample()
    clicks = reward(x, offer)
    advantage = clicks - baseline
    loss = -(shown.log_prob(offer) * advantage).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    baseline = 0.95 * baseline + 0.05 * clicks.mean().item()
    if step % 100 == 99:
        print(f"step {step + 1} baseline {baseline:.3f}")

with torch.no_grad():
    x = visitors(2000)
    best = policy(x).argmax(dim=1)
    print(f"reward {reward(x, best).mean():.4f}")
