"""Ends of healthy programs: training loops with the normal habits of their authors, and what they print."""

from collections.abc import Mapping

__all__ = ["EVALUATION", "LOOPS"]

_MINIBATCHES = """
for epoch in range({epochs}):
    model.train()
    for rows in torch.randperm(len(X_train)).split({batch}):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
"""

_LOADER = """
loader = DataLoader(TensorDataset(X_train, y_train), batch_size={batch}, shuffle=True, drop_last=True)
for epoch in range({epochs}):
    model.train()
    total, rows = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        rows += len(x)
    model.eval()
    with torch.no_grad():
        val_loss = criterion(model(X_val), y_val).item()
    if epoch % 10 == 0:
        print(f"epoch {{epoch}} train {{total / rows:.4f}} val {{val_loss:.4f}}")
"""

_FULL_BATCH = """
model.train()
for step in range({steps}):
    optimizer.zero_grad()
    loss = criterion(model(X_train), y_train)
    loss.backward()
    optimizer.step()
"""

_ACCUMULATION = """
for epoch in range({epochs}):
    model.train()
    for group in torch.randperm(len(X_train)).split({batch}):
        optimizer.zero_grad()
        for rows in group.chunk(2):
            loss = criterion(model(X_train[rows]), y_train[rows]) * len(rows) / len(group)
            loss.backward()
        optimizer.step()
"""

_WARM_UP = """
warm_up = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 20))
for epoch in range({epochs}):
    model.train()
    for rows in torch.randperm(len(X_train)).split({batch}):
        loss = criterion(model(X_train[rows]), y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        warm_up.step()
"""

_COSINE = """
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max={epochs})
for epoch in range({epochs}):
    model.train()
    for rows in torch.randperm(len(X_train)).split({batch}):
        optimizer.zero_grad(set_to_none=False)
        criterion(model(X_train[rows]), y_train[rows]).backward()
        optimizer.step()
    scheduler.step()
"""

_EARLY_STOPPING = """
best, best_state, waited = float("inf"), None, 0
for epoch in range({epochs}):
    model.train()
    for rows in torch.randperm(len(X_train)).split({batch}):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.inference_mode():
        val_loss = criterion(model(X_val), y_val).item()
    if val_loss < best - 1e-4:
        best, best_state, waited = val_loss, copy.deepcopy(model.state_dict()), 0
    else:
        waited += 1
        if waited > 10:
            break
model.load_state_dict(best_state)
"""

_PLATEAU = """
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=5)
for epoch in range({epochs}):
    model.train()
    for rows in torch.randperm(len(X_train)).split({batch}):
        for parameter in model.parameters():
            parameter.grad = None
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        scheduler.step(criterion(model(X_val), y_val))
"""

_AVERAGED = """
averaged = torch.optim.swa_utils.AveragedModel(model)
for epoch in range({epochs}):
    model.train()
    for rows in torch.randperm(len(X_train)).split({batch}):
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    if epoch >= {epochs} // 2:
        averaged.update_parameters(model)
model.load_state_dict(averaged.module.state_dict())
"""

_FUNCTIONS = """
def train_one_epoch(model, optimizer):
    model.train()
    losses = []
    for rows in torch.randperm(len(X_train)).split({batch}):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item() * len(rows))
    return sum(losses) / len(X_train)


def evaluate(model, X, y):
    model.eval()
    total = 0.0
    with torch.no_grad():
        for rows in torch.arange(len(X)).split(64):
            total += criterion(model(X[rows]), y[rows]).item() * len(rows)
    return total / len(X)


for epoch in range({epochs}):
    train_loss = train_one_epoch(model, optimizer)
    val_loss = evaluate(model, X_val, y_val)
"""

_CLOSURE = """
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=10, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    penalty = sum(p.pow(2).sum() for p in model.parameters())
    loss = criterion(model(X_train), y_train) + 1e-3 * penalty
    loss.backward()
    return loss


model.train()
for step in range(15):
    optimizer.step(closure)
"""

_NOISE = """
for epoch in range({epochs}):
    model.train()
    for rows in torch.randperm(len(X_train)).split({batch}):
        x = X_train[rows] + 0.05 * torch.randn_like(X_train[rows])
        optimizer.zero_grad()
        loss = criterion(model(x), y_train[rows])
        l2 = sum((weight**2).sum() for name, weight in model.named_parameters() if "weight" in name)
        (loss + 1e-4 * l2).backward()
        optimizer.step()
"""

_BY_HAND = """
rate = 0.05
for epoch in range({epochs}):
    model.train()
    for rows in torch.randperm(len(X_train)).split({batch}):
        loss = criterion(model(X_train[rows]), y_train[rows])
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter -= rate * parameter.grad
"""

_GROUPS = """
weights = [p for p in model.parameters() if p.requires_grad and p.dim() > 1]
others = [p for p in model.parameters() if p.requires_grad and p.dim() <= 1]
optimizer = torch.optim.AdamW(
    [{{"params": weights, "weight_decay": 0.01}}, {{"params": others, "weight_decay": 0.0, "lr": 0.01}}], lr=0.005
)
history = []
for epoch in range({epochs}):
    model.train()
    running = 0.0
    for rows in torch.randperm(len(X_train)).split({batch}):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
        running += loss.detach() * len(rows)
    history.append(float(running) / len(X_train))
"""

LOOPS: Mapping[str, str] = {
    "minibatches by randperm": _MINIBATCHES,
    "DataLoader, watched": _LOADER,
    "full batch": _FULL_BATCH,
    "accumulation": _ACCUMULATION,
    "warm-up and clipping": _WARM_UP,
    "cosine": _COSINE,
    "early stopping": _EARLY_STOPPING,
    "plateau, grad = None": _PLATEAU,
    "averaged weights": _AVERAGED,
    "functions": _FUNCTIONS,
    "L-BFGS with a closure": _CLOSURE,
    "input noise, L2 by hand": _NOISE,
    "updates by hand": _BY_HAND,
    "parameter groups": _GROUPS,
}

EVALUATION = """
model.eval()
with torch.no_grad():
    scores = model(X_test)
    print(f"{name} {{{expression}:.4f}}")
"""
