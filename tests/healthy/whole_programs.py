"""Healthy programs of other shapes: two optimizers against each other, encoders, pairs and more."""

from collections.abc import Mapping

__all__ = ["WHOLE"]

_GAN = """
torch.manual_seed(seed)
real = torch.randn(512, 2) * 0.3 + torch.tensor([1.0, -1.0])
generator = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
critic = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
generator_optimizer = torch.optim.Adam(generator.parameters(), lr={rate}, betas=(0.5, 0.99))
critic_optimizer = torch.optim.Adam(critic.parameters(), lr={rate}, betas=(0.5, 0.99))
criterion = nn.BCEWithLogitsLoss()

for step in range(300):
    x = real[torch.randint(0, 512, (64,))]
    made = generator(torch.randn(64, 4))
    critic_optimizer.zero_grad()
    loss = criterion(critic(x), torch.ones(64, 1)) + criterion(critic(made.detach()), torch.zeros(64, 1))
    loss.backward()
    critic_optimizer.step()

    generator_optimizer.zero_grad()
    criterion(critic(made), torch.ones(64, 1)).backward()
    generator_optimizer.step()

with torch.no_grad():
    print(f"distance {{(generator(torch.randn(256, 4)).mean(0) - real.mean(0)).norm():.4f}}")
"""

_AUTOENCODER = """
torch.manual_seed(seed)
X = torch.tensor(load_digits().data, dtype=torch.float32) / 16
X_train, X_test = X[:1400], X[1400:]
encoder = nn.Sequential(nn.Linear(64, 32), nn.{activation}(), nn.Linear(32, 8))
decoder = nn.Sequential(nn.Linear(8, 32), nn.{activation}(), nn.Linear(32, 64), nn.Sigmoid())
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=0.003)
for epoch in range(15):
    for rows in torch.randperm(len(X_train)).split(64):
        optimizer.zero_grad()
        loss = F.mse_loss(decoder(encoder(X_train[rows])), X_train[rows])
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(f"mse {{F.mse_loss(decoder(encoder(X_test)), X_test):.4f}}")
"""

_PAIRS = """
torch.manual_seed(seed)
X, y = load_wine(return_X_y=True)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
order = torch.randperm(len(X))
train, test = order[:120], order[120:]
X = (X - X[train].mean(0)) / X[train].std(0)
net = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, {size}))
optimizer = torch.optim.Adam(net.parameters(), lr=0.005)
for step in range(300):
    i, j = train[torch.randint(0, 120, (2, 64))]
    same = (y[i] == y[j]).float()
    distance = (net(X[i]) - net(X[j])).norm(dim=1)
    loss = (same * distance**2 + (1 - same) * F.relu(1 - distance) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
with torch.no_grad():
    nearest = torch.cdist(net(X[test]), net(X[train])).argmin(1)
    print(f"accuracy {{(y[train][nearest] == y[test]).float().mean():.4f}}")
"""

_TRIPLETS = """
torch.manual_seed(seed)
X, y = load_iris(return_X_y=True)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
order = torch.randperm(len(X))
X, X_test, y, y_test = X[order[:120]], X[order[120:]], y[order[:120]], y[order[120:]]
center, spread = X.mean(0), X.std(0)
X, X_test = (X - center) / spread, (X_test - center) / spread
net = nn.Sequential(nn.Linear(4, 16), nn.{activation}(), nn.Linear(16, 2))
criterion = nn.TripletMarginLoss(margin=1.0)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
for step in range(200):
    anchor = torch.randint(0, 120, (64,))
    like = torch.multinomial((y[anchor].unsqueeze(1) == y).float(), 1).squeeze(1)
    unlike = torch.multinomial((y[anchor].unsqueeze(1) != y).float(), 1).squeeze(1)
    optimizer.zero_grad()
    loss = criterion(net(X[anchor]), net(X[like]), net(X[unlike]))
    loss.backward()
    optimizer.step()
with torch.no_grad():
    nearest = torch.cdist(net(X_test), net(X)).argmin(1)
print(f"accuracy {{(y[nearest] == y_test).float().mean():.4f}}")
"""

_GRADIENT_PENALTY = """
torch.manual_seed(seed)
x = torch.linspace(-2, 2, 200).unsqueeze(1)
y = torch.sin({speed} * x) + 0.05 * torch.randn_like(x)
net = nn.Sequential(nn.Linear(1, 48), nn.Tanh(), nn.Linear(48, 48), nn.Tanh(), nn.Linear(48, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=0.005)
for step in range(400):
    inputs = x.clone().requires_grad_(True)
    outputs = net(inputs)
    (slope,) = torch.autograd.grad(outputs.sum(), inputs, create_graph=True)
    loss = F.mse_loss(outputs, y) + 1e-4 * slope.pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
with torch.no_grad():
    print(f"mse {{F.mse_loss(net(x), torch.sin({speed} * x)):.4f}}")
"""

_TWO_HEADS = """
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X = torch.tensor(X / 16, dtype=torch.float32)
y = torch.tensor(y)
parity = (y % 2).float()
order = torch.randperm(len(X))
train, test = order[:1300], order[1300:]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(64, 48), nn.ReLU())
        self.digit = nn.Linear(48, 10)
        self.parity = nn.Linear(48, 1)

    def forward(self, x):
        h = self.trunk(x)
        return self.digit(h), self.parity(h).squeeze(-1)


net = Net()
optimizer = torch.optim.AdamW(net.parameters(), lr=0.003, weight_decay={decay})
for epoch in range(15):
    net.train()
    for rows in train[torch.randperm(len(train))].split(64):
        digits, odd = net(X[rows])
        loss = F.cross_entropy(digits, y[rows]) + 0.5 * F.binary_cross_entropy_with_logits(odd, parity[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
net.eval()
with torch.no_grad():
    digits, odd = net(X[test])
    print(f"accuracy {{(digits.argmax(1) == y[test]).float().mean():.4f}}")
"""

_FOLDS = """
X, y = load_breast_cancer(return_X_y=True)
scores = []
for fold, (train, test) in enumerate(StratifiedKFold(3, shuffle=True, random_state=seed).split(X, y)):
    torch.manual_seed(seed + fold)
    scaler = StandardScaler().fit(X[train])
    X_train, X_test = (torch.tensor(scaler.transform(X[rows]), dtype=torch.float32) for rows in (train, test))
    y_train, y_test = (torch.tensor(y[rows], dtype=torch.float32) for rows in (train, test))
    net = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr={rate})
    criterion = nn.BCEWithLogitsLoss()
    net.train()
    for epoch in range(20):
        for rows in torch.randperm(len(X_train)).split(32):
            optimizer.zero_grad()
            loss = criterion(net(X_train[rows]).squeeze(1), y_train[rows])
            loss.backward()
            optimizer.step()
    net.eval()
    with torch.no_grad():
        guess = (net(X_test).squeeze(1) > 0).float()
    scores.append((guess == y_test).float().mean().item())
print(f"accuracy {{sum(scores) / len(scores):.4f}}")
"""

_DISTILLATION = """
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X = torch.tensor(X / 16, dtype=torch.float32)
y = torch.tensor(y)
X_train, y_train, X_test, y_test = X[:1300], y[:1300], X[1300:], y[1300:]
teacher = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
student = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
teacher_optimizer = torch.optim.Adam(teacher.parameters(), lr=0.003)
for epoch in range(10):
    for rows in torch.randperm(1300).split(64):
        teacher_optimizer.zero_grad()
        F.cross_entropy(teacher(X_train[rows]), y_train[rows]).backward()
        teacher_optimizer.step()
teacher.eval()
student_optimizer = torch.optim.Adam(student.parameters(), lr=0.005)
T = {temperature}
for epoch in range(15):
    for rows in torch.randperm(1300).split(64):
        with torch.no_grad():
            soft = F.softmax(teacher(X_train[rows]) / T, dim=1)
        scores = student(X_train[rows])
        distance = F.kl_div(F.log_softmax(scores / T, dim=1), soft, reduction="batchmean") * T * T
        loss = 0.5 * distance + 0.5 * F.cross_entropy(scores, y_train[rows])
        student_optimizer.zero_grad()
        loss.backward()
        student_optimizer.step()
with torch.no_grad():
    print(f"accuracy {{(student(X_test).argmax(1) == y_test).float().mean():.4f}}")
"""

_SOFTMAX_REGRESSION = """
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=seed, stratify=y)
loader = DataLoader(
    TensorDataset(torch.tensor(X_train, dtype=torch.float32), torch.tensor(y_train)), batch_size=32, shuffle=True
)
model = nn.Linear(64, 10)
optimizer = torch.optim.SGD(model.parameters(), lr={rate})
for epoch in range(20):
    for x, target in loader:
        loss = F.cross_entropy(model(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    right = model(torch.tensor(X_test, dtype=torch.float32)).argmax(1) == torch.tensor(y_test)
print(f"accuracy {{right.float().mean():.4f}}")
"""

_EMBEDDING = """
torch.manual_seed(seed)
rng = np.random.default_rng(seed)
town = torch.tensor(rng.integers(0, 12, 800))
size = torch.tensor(rng.normal(size=(800, 1)), dtype=torch.float32)
level = torch.tensor(rng.normal(size=12), dtype=torch.float32)
price = level[town].unsqueeze(1) + 0.5 * size + 0.1 * torch.randn(800, 1)
train, test = slice(0, 600), slice(600, None)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.town = nn.Embedding(12, {size})
        self.out = nn.Sequential(nn.Linear({size} + 1, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, town, size):
        return self.out(torch.cat([self.town(town), size], dim=1))


net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
for epoch in range(30):
    for rows in torch.randperm(600).split(50):
        optimizer.zero_grad()
        loss = F.mse_loss(net(town[rows], size[rows]), price[rows])
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(f"mse {{F.mse_loss(net(town[test], size[test]), price[test]):.4f}}")
"""

WHOLE: Mapping[str, tuple[str, tuple[dict[str, str], ...]]] = {
    "generator and critic": (_GAN, ({"rate": "0.002"}, {"rate": "0.001"})),
    "autoencoder": (_AUTOENCODER, ({"activation": "ReLU"}, {"activation": "ELU"}, {"activation": "GELU"})),
    "pairs": (_PAIRS, ({"size": "2"}, {"size": "8"})),
    "triplets": (_TRIPLETS, ({"activation": "ReLU"}, {"activation": "Tanh"})),
    "penalty on the slope": (_GRADIENT_PENALTY, ({"speed": "2"}, {"speed": "3"})),
    "two heads": (_TWO_HEADS, ({"decay": "0.01"}, {"decay": "0.0"})),
    "folds": (_FOLDS, ({"rate": "0.003"}, {"rate": "0.01"})),
    "distillation": (_DISTILLATION, ({"temperature": "2.0"}, {"temperature": "4.0"})),
    "softmax regression": (_SOFTMAX_REGRESSION, ({"rate": "0.5"}, {"rate": "0.1"})),
    "embedding": (_EMBEDDING, ({"size": "4"}, {"size": "8"})),
}
"""Name → program, and what stands in its gaps."""
